using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using XdpAudit.Plugins.Syslog;

namespace XdpAudit.Sinks.Tests;

public sealed class SyslogConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SyslogTransport.Tcp)]
    [InlineData(SyslogTransport.Tls)]
    public async Task A_connection_that_the_receiver_ended_while_idle_is_made_anew_and_nothing_is_lost(SyslogTransport transport)
    {
        using var root = Certificates.Root();
        await using var receiver = new SyslogReceiver(transport, transport == SyslogTransport.Tls ? Certificates.Server(root) : null);
        receiver.Come();
        await using var sink = new SyslogSink(new() { Target = receiver.Target, Roots = [root] }, TimeProvider.System);
        Assert.Equal(2, (await sink.DeliverAsync(A.Batch(1, 2), Token)).Accepted);
        await receiver.IdsAsync(2);
        receiver.HangUp();

        var outcome = await sink.DeliverAsync(A.Batch(3, 2), Token);

        Assert.Equal((2, null), (outcome.Accepted, outcome.Trouble));
        Assert.Equal(A.Batch(1, 4).Select(e => e.Id), await receiver.IdsAsync(4));
        Assert.Equal(2, receiver.Connections);
    }

    [Fact]
    public async Task One_connection_serves_as_long_as_it_stands()
    {
        await using var receiver = new SyslogReceiver(SyslogTransport.Tcp);
        receiver.Come();
        await using var sink = new SyslogSink(new() { Target = receiver.Target }, TimeProvider.System);

        for (var i = 0; i < 10; i++)
        {
            await sink.DeliverAsync(A.Batch(1 + i, 1), Token);
        }

        await receiver.IdsAsync(10);
        Assert.Equal(1, receiver.Connections);
    }

    // In the field: a receiver that hung; its kernel took what fitted into its buffers, and the rest was lost with the sender's.
    [Fact]
    public async Task What_only_our_own_kernel_has_is_not_called_accepted()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using var sink = new SyslogSink(
            new() { Target = new(SyslogTransport.Tcp, "127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port), Deadline = TimeSpan.FromSeconds(1), MaxBytes = 65_000, MaxBatch = 1000 }, TimeProvider.System);

        var outcome = await sink.DeliverAsync([.. Enumerable.Range(1, 100).Select(i => A.Envelope(i, sentence: new('x', 60_000)))], Token);

        Assert.Equal(0, outcome.Accepted);
        Assert.Contains("it did not take the messages within 1 s", outcome.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_does_not_read_makes_a_unix_socket_wait_and_then_trouble()
    {
        using var folder = new Folder();
        using var silent = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint(folder.File("log")));
        await using var sink = new SyslogSink(new() { Target = new(SyslogTransport.Unix, folder.File("log"), 0), Deadline = TimeSpan.FromMilliseconds(500), MaxBatch = 10_000 }, TimeProvider.System);

        var outcome = await sink.DeliverAsync(A.Batch(1, 10_000), Token);

        Assert.Equal(0, outcome.Accepted);
        Assert.Contains("within 0.5 s", outcome.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_with_a_certificate_of_another_root_gets_nothing()
    {
        using var root = Certificates.Root();
        using var another = Certificates.Root("CN=another root");

        Assert.Contains("certificate", await NoTlsAsync(Certificates.Server(root), [another]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_with_a_certificate_for_another_name_gets_nothing()
    {
        using var root = Certificates.Root();

        Assert.Contains("RemoteCertificateNameMismatch", await NoTlsAsync(Certificates.Server(root, "elsewhere.example"), [root]), StringComparison.Ordinal);
    }

    private static async Task<string> NoTlsAsync(X509Certificate2 server, X509Certificate2Collection roots)
    {
        await using var receiver = new SyslogReceiver(SyslogTransport.Tls, server);
        receiver.Come();
        await using var sink = new SyslogSink(new() { Target = receiver.Target, Roots = roots }, TimeProvider.System);
        var outcome = await sink.DeliverAsync(A.Batch(1, 1), Token);
        Assert.Equal(0, outcome.Accepted);
        Assert.Empty(receiver.Messages);
        return outcome.Trouble!;
    }
}
