namespace XdpAudit.Cli.Tests;

public sealed class MomentTests
{
    [Theory]
    [InlineData("now", "2026-11-22T18:40:03Z")]
    [InlineData("-5m", "2026-11-22T18:35:03Z")]
    [InlineData("-2h30m", "2026-11-22T16:10:03Z")]
    [InlineData("-1d", "2026-11-21T18:40:03Z")]
    [InlineData("-500ms", "2026-11-22T18:40:02.5Z")]
    [InlineData("2026-03-01T03:12:00Z", "2026-03-01T03:12:00Z")]
    [InlineData("2026-03-01T03:12:00.1234567Z", "2026-03-01T03:12:00.1234567Z")]
    [InlineData("2026-03-01T03:12:00", "2026-03-01T03:12:00Z")]
    [InlineData("2026-03-01T03:12:00+02:00", "2026-03-01T01:12:00Z")]
    [InlineData("2026-03-01 03:12:00Z", "2026-03-01T03:12:00Z")]
    [InlineData("2026-03-01T03:12", "2026-03-01T03:12:00Z")]
    [InlineData("2026-03-01", "2026-03-01T00:00:00Z")]
    [InlineData("position:0", "position:0")]
    [InlineData("position:12", "position:12")]
    public void A_moment_is_a_time_an_age_or_a_position(string text, string query) =>
        Assert.Equal(query, Moment.TryParse(text, CommandLineTool.Now)?.Query);

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-5")]
    [InlineData("5m")]
    [InlineData("+5m")]
    [InlineData("position:")]
    [InlineData("position:-1")]
    [InlineData("position:1e3")]
    [InlineData("position:99999999999999999999")]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-30")]
    [InlineData("01/03/2026")]
    [InlineData("2026-03-01T25:00:00Z")]
    [InlineData("yesterday")]
    public void Anything_else_is_none(string text) => Assert.Null(Moment.TryParse(text, CommandLineTool.Now));

    [Fact]
    public void What_this_program_prints_it_also_reads()
    {
        var printed = Moments.Text(CommandLineTool.Now);

        Assert.Equal(new Moment.Time(CommandLineTool.Now), Moment.TryParse(printed, CommandLineTool.Now));
    }
}
