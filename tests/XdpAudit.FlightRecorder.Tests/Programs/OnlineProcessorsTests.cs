namespace XdpAudit.FlightRecorder.Tests;

public sealed class OnlineProcessorsTests
{
    [Theory]
    [InlineData("0\n", new[] { 0 })]
    [InlineData("0-3\n", new[] { 0, 1, 2, 3 })]
    [InlineData("0-1,4,6-7\n", new[] { 0, 1, 4, 6, 7 })]
    public void Ranges_are_read_as_numbers(string text, int[] expected)
    {
        Assert.True(OnlineProcessors.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out var numbers));
        Assert.Equal(expected, numbers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("0-x\n")]
    [InlineData("all\n")]
    public void Anything_else_is_refused(string text) =>
        Assert.False(OnlineProcessors.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out _));
}
