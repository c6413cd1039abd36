using XdpAudit.Plugins.JsonLines;

namespace XdpAudit.Sinks.Tests;

public sealed class JsonLinesSettingsTests
{
    [Fact]
    public async Task The_settings_reach_the_sink()
    {
        await using var sink = new Settings(("path", "/var/log/xdpaudit/events.jsonl"), ("max_batch", "7")).Start<JsonLinesPlugin>();

        Assert.Equal(new SinkDescriptor { Target = "/var/log/xdpaudit/events.jsonl", MaxBatch = 7 }, await sink.DescribeAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Without_a_path_it_is_said_what_one_looks_like()
    {
        var refused = Assert.Throws<FormatException>(() => new Settings().Start<JsonLinesPlugin>());

        Assert.Equal("setting 'path' is not set, and the sink cannot do without; for example /var/log/xdpaudit/events.jsonl", refused.Message);
    }

    [Theory]
    [InlineData("path", "events.jsonl", "it must be an absolute path")]
    [InlineData("path", "/var/log/../etc/passwd", "it must be an absolute path without")]
    [InlineData("max_bytes", "100M", "it must be a whole number from 4096 to 1099511627776")]
    [InlineData("keep", "0", "it must be a whole number from 1 to 1000")]
    [InlineData("max_batch", "-1", "it must be a whole number from 1 to 10000")]
    public void A_setting_that_makes_no_sense_is_refused_by_name(string name, string value, string why)
    {
        var settings = new Settings(("path", "/var/log/events.jsonl")) { [name] = value };

        var refused = Assert.Throws<FormatException>(() => settings.Start<JsonLinesPlugin>());

        Assert.StartsWith($"setting '{name}' is '{value}': {why}", refused.Message, StringComparison.Ordinal);
    }
}
