using System.Security.Cryptography.X509Certificates;
using XdpAudit.Plugins.Webhook;

namespace XdpAudit.Sinks.Tests;

public sealed class WebhookTlsTests
{
    [Fact]
    public async Task A_receiver_with_a_certificate_of_the_root_that_was_named_gets_its_events()
    {
        using var root = Certificates.Root();

        var outcome = await DeliverAsync(Certificates.Server(root), [root]);

        Assert.Equal((1, null), (outcome.Accepted, outcome.Trouble));
    }

    [Fact]
    public async Task One_of_another_root_gets_none()
    {
        using var root = Certificates.Root();
        using var another = Certificates.Root("CN=another root");

        var outcome = await DeliverAsync(Certificates.Server(root), [another]);

        Assert.Equal(0, outcome.Accepted);
        Assert.Contains("certificate", outcome.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_whose_certificate_is_for_another_name_gets_none()
    {
        using var root = Certificates.Root();

        var outcome = await DeliverAsync(Certificates.Server(root, "elsewhere.example"), [root]);

        Assert.Equal(0, outcome.Accepted);
        Assert.Contains("RemoteCertificateNameMismatch", outcome.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_root_that_was_named_those_of_the_machine_decide()
    {
        using var root = Certificates.Root();

        Assert.Equal(0, (await DeliverAsync(Certificates.Server(root), null)).Accepted);
    }

    private static async Task<SinkOutcome> DeliverAsync(X509Certificate2 server, X509Certificate2Collection? roots)
    {
        await using var receiver = await HttpReceiver.StartAsync(server);
        await using var sink = new WebhookSink(new() { Url = receiver.Url, Roots = roots }, TimeProvider.System);
        var outcome = await sink.DeliverAsync(A.Batch(1, 1), TestContext.Current.CancellationToken);
        Assert.Equal(outcome.Accepted, receiver.All.Count);
        return outcome;
    }
}
