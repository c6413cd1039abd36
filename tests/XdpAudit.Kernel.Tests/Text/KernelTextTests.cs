using System.Text;

namespace XdpAudit.Kernel.Tests;

public class KernelTextTests
{
    [Theory]
    [InlineData("eth0", "eth0")]
    [InlineData("größe", "größe")]
    [InlineData("a\u001b[31mred", "a\\x1b[31mred")]
    [InlineData("two\nlines", "two\\x0alines")]
    [InlineData("right\u202eleft", "right\\xe2\\x80\\xaeleft")]
    [InlineData("zero\u200bwidth", "zero\\xe2\\x80\\x8bwidth")]
    [InlineData("c1\u009bcontrol", "c1\\xc2\\x9bcontrol")]
    [InlineData("\\x41", "\\x5cx41")]
    [InlineData("<b>&", "<b>&")]
    public void Text_that_could_act_on_a_terminal_is_written_as_bytes(string name, string shown)
    {
        Assert.Equal(shown, KernelText.Escape(Encoding.UTF8.GetBytes(name)));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_written_as_bytes()
    {
        Assert.Equal("a\\xff\\xc3(\\xed\\xa0\\x80", KernelText.Escape([(byte)'a', 0xff, 0xc3, (byte)'(', 0xed, 0xa0, 0x80]));
    }

    [Fact]
    public void Every_two_bytes_come_back_as_they_were_and_show_nothing_but_plain_characters()
    {
        for (var n = 0; n <= ushort.MaxValue; n++)
        {
            byte[] bytes = [(byte)n, (byte)(n >> 8), (byte)'x'];
            var shown = KernelText.Escape(bytes);

            Assert.DoesNotContain(shown, char.IsControl);
            Assert.Equal(bytes, KernelText.Unescape(shown));
        }
    }
}
