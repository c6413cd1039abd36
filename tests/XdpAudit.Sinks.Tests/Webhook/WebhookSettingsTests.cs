using XdpAudit.Plugins.Webhook;

namespace XdpAudit.Sinks.Tests;

public sealed class WebhookSettingsTests
{
    [Fact]
    public async Task What_is_shown_of_the_url_is_no_secret()
    {
        await using var sink = new Settings(("url", "https://siem.example:8443/services/T000/SECRET?token=SECRET"), ("max_batch", "7")).Start<WebhookPlugin>();

        Assert.Equal(new SinkDescriptor { Target = "https://siem.example:8443", MaxBatch = 7 }, await sink.DescribeAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("http://127.0.0.1:9000/x")]
    [InlineData("http://[::1]:9000/x")]
    [InlineData("http://localhost/x")]
    public async Task To_this_machine_itself_http_will_do(string url)
    {
        await using var sink = new Settings(("url", url)).Start<WebhookPlugin>();

        Assert.NotEmpty((await sink.DescribeAsync(TestContext.Current.CancellationToken)).Target);
    }

    [Theory]
    [InlineData("http://siem.example/x", "in the clear: it must begin with https://")]
    [InlineData("http://10.0.0.1/x", "in the clear")]
    [InlineData("ftp://siem.example/x", "is no URL of a receiver")]
    [InlineData("siem.example", "is no URL of a receiver")]
    [InlineData("https://user:SECRET@siem.example/", "holds a name or a password")]
    [InlineData("https://siem.example/#SECRET", "behind '#'")]
    public void A_url_that_will_not_do_is_refused_without_its_secrets(string url, string why)
    {
        var refused = Assert.Throws<FormatException>(() => new Settings(("url", url)).Start<WebhookPlugin>());

        Assert.StartsWith("setting 'url'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("body", "xml", "it must be cloudevents-batch, cloudevents, cloudevents-binary, ocsf or native")]
    [InlineData("deadline_ms", "5", "it must be a whole number from 100 to 120000")]
    [InlineData("max_batch", "0", "it must be a whole number from 1 to 10000")]
    [InlineData("secret_file", "secret", "it must be an absolute path")]
    public void A_setting_that_makes_no_sense_is_refused_by_name(string name, string value, string why)
    {
        var settings = new Settings(("url", "https://siem.example/")) { [name] = value };

        var refused = Assert.Throws<FormatException>(() => settings.Start<WebhookPlugin>());

        Assert.StartsWith($"setting '{name}' is '{value}': {why}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret_file")]
    [InlineData("ca_file")]
    public void A_file_that_is_not_there_is_named(string setting)
    {
        var refused = Assert.Throws<FormatException>(() => new Settings(("url", "https://siem.example/"), (setting, "/nowhere/file")).Start<WebhookPlugin>());

        Assert.StartsWith($"setting '{setting}': cannot read '/nowhere/file'", refused.Message, StringComparison.Ordinal);
    }
}
