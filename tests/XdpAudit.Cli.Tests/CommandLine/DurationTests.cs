namespace XdpAudit.Cli.Tests;

public sealed class DurationTests
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("30s", 30_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("2w", 1_209_600_000)]
    [InlineData("1m30s500ms", 90_500)]
    public void Numbers_with_units_add_up(string text, long milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var span));
        Assert.Equal(milliseconds, (long)span.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0s")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("5M")]
    [InlineData("5 m")]
    [InlineData("1y")]
    [InlineData("99999999999999999999s")]
    [InlineData("999999999999w")]
    [InlineData("3660d1s")]
    public void Anything_else_is_none(string text) => Assert.False(Duration.TryParse(text, out _));
}
