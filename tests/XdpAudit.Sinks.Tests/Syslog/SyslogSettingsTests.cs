using XdpAudit.Plugins.Syslog;

namespace XdpAudit.Sinks.Tests;

public sealed class SyslogSettingsTests
{
    [Theory]
    [InlineData(null, "unix:/dev/log")]
    [InlineData("unix:/run/systemd/journal/syslog", "unix:/run/systemd/journal/syslog")]
    [InlineData("udp://log.example", "udp://log.example:514")]
    [InlineData("tcp://10.0.0.1", "tcp://10.0.0.1:601")]
    [InlineData("tls://log.example", "tls://log.example:6514")]
    [InlineData("tls://[::1]:7000", "tls://[::1]:7000")]
    public async Task A_target_is_a_way_and_a_place(string? target, string shown)
    {
        await using var sink = (target is null ? new Settings() : new Settings(("target", target))).Start<SyslogPlugin>();

        Assert.Equal(shown, (await sink.DescribeAsync(TestContext.Current.CancellationToken)).Target);
    }

    [Theory]
    [InlineData("log.example:514")]
    [InlineData("unix:dev/log")]
    [InlineData("https://log.example/")]
    [InlineData("tcp://user:word@log.example")]
    [InlineData("tcp://log.example/path")]
    [InlineData("tcp://")]
    public void Any_other_target_is_refused(string target)
    {
        var refused = Assert.Throws<FormatException>(() => new Settings(("target", target)).Start<SyslogPlugin>());

        Assert.Equal($"setting 'target' is '{target}': it must be unix:/PATH, udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT", refused.Message);
    }

    [Theory]
    [InlineData("facility", "kern", "it must be user, daemon, auth")]
    [InlineData("app_name", "two words", "it must be 1 to 48 printable ASCII characters")]
    [InlineData("sd_id", "a]b", "it must be 1 to 32 printable ASCII characters")]
    [InlineData("max_bytes", "480", "it must be a whole number from 1024 to 65000")]
    [InlineData("max_batch", "x", "it must be a whole number from 1 to 10000")]
    public void A_setting_that_makes_no_sense_is_refused_by_name(string name, string value, string why)
    {
        var refused = Assert.Throws<FormatException>(() => new Settings((name, value)).Start<SyslogPlugin>());

        Assert.StartsWith($"setting '{name}' is '{value}': {why}", refused.Message, StringComparison.Ordinal);
    }
}
