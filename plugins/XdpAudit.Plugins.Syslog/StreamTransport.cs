using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace XdpAudit.Plugins.Syslog;

/// <summary>
/// Messages one after another on a connection, each with its length before it (RFC 6587 3.4.1, RFC 5425 4.3). Syslog has no word by which a receiver says
/// that it has something; so it counts when the receiver's kernel has acknowledged every byte and the connection still stands.
/// </summary>
internal sealed class StreamTransport : Transport
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly TimeProvider _time;

    private StreamTransport(Socket socket, Stream stream, TimeProvider time) => (_socket, _stream, _time) = (socket, stream, time);

    internal override bool Alive => TcpInfo.Of(_socket).Established;

    internal static async Task<Transport> ConnectAsync(SyslogOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Target.Host, options.Target.Port, cancellation).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: false);
            if (options.Target.Transport == SyslogTransport.Tls)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = options.Target.Host, CertificateChainPolicy = TrustedRoots.Policy(options.Roots) }, cancellation).ConfigureAwait(false);
            }

            return new StreamTransport(socket, stream, time);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal override async Task<int> SendAsync(IReadOnlyList<byte[]> messages, CancellationToken cancellation)
    {
        using var frames = new MemoryStream();
        foreach (var message in messages)
        {
            frames.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{message.Length} ")));
            frames.Write(message);
        }

        await _stream.WriteAsync(frames.GetBuffer().AsMemory(0, (int)frames.Length), cancellation).ConfigureAwait(false);
        await _stream.FlushAsync(cancellation).ConfigureAwait(false);
        for (var pause = TimeSpan.FromMilliseconds(1); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var info = TcpInfo.Of(_socket);
            if (!info.Established)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            if (info.AllAcknowledged)
            {
                return messages.Count;
            }

            await Task.Delay(pause, _time, cancellation).ConfigureAwait(false); // nothing wakes us when an acknowledgement arrives
        }
    }

    public override void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }
}
