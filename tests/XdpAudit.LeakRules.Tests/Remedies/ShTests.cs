using System.Text;
using XdpAudit.Plugins.LeakRules;
using XdpAudit.Testing;

namespace XdpAudit.LeakRules.Tests;

public sealed class ShTests
{
    /// <summary>Written form, and the bytes it stands for.</summary>
    public static TheoryData<string, string> Names => new()
    {
        { "eth0", "eth0" },
        { "", "" },
        { "it's", "it's" },
        { "'", "'" },
        { "'; rm -rf x; '", "'; rm -rf x; '" },
        { "$(id)`id`${HOME}$HOME", "$(id)`id`${HOME}$HOME" },
        { "-rf", "-rf" },
        { "--help", "--help" },
        { "a b  c*?[x]~#!&|<>\"", "a b  c*?[x]~#!&|<>\"" },
        { "100%s %d%%", "100%s %d%%" },
        { "end\\x5c", "end\\" },
        { "\\x5cx41", "\\x41" },
        { "\\x41", "A" },
        { "\\x1b[2J\\x07", "\u001b[2J\u0007" },
        { "a\\x0ab", "a\nb" },
        { "a\\x0a\\x0a", "a\n\n" },
        { "\\x0a", "\n" },
        { "it's 100% \\x5c\\x0d'", "it's 100% \\\r'" },
        { "line\nbreak", "line\nbreak" },
        { "grün \\xe2\\x80\\xae x", "grün \u202e x" },
        { "\\x017", "\u00017" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_quoted_name_reaches_a_program_as_exactly_its_bytes(string written, string meant)
    {
        var answer = Shell.Type($"printf %s {Sh.Quote(written)} | od -An -v -tx1 | tr -d ' \\n'");

        Assert.Equal(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(meant)), answer.Output);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_quoted_name_is_one_word(string written, string meant)
    {
        _ = meant;

        Assert.Equal("1", Shell.Type($"set -- {Sh.Quote(written)}; printf %s $#").Output);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_literal_reaches_a_program_as_it_is_written(string written, string meant)
    {
        _ = meant;

        Assert.Equal(written, Shell.Type($"printf %s {Sh.Literal(written)}").Output);
    }

    [Fact]
    public void Bytes_that_are_no_text_come_back()
    {
        Assert.Equal("fffe80", Shell.Type($"printf %s {Sh.Quote("\\xff\\xfe\\x80")} | od -An -v -tx1 | tr -d ' \\n'").Output);
    }

    [Fact]
    public void A_name_of_escapes_is_written_without_one_control_character()
    {
        Assert.DoesNotContain(Sh.Quote("a\u001b[2J\\x1b\\x9b"), char.IsControl);
    }

    [Fact]
    public void Half_a_surrogate_pair_does_not_stop_it()
    {
        Assert.NotEmpty(Sh.Quote("a\ud800"));
        Assert.NotEmpty(Sh.Quote("\udc00"));
    }
}
