using System.Net.Sockets;

namespace XdpAudit.Plugins.Syslog;

/// <summary>
/// One message, one datagram. On a unix socket a datagram that was sent is in the receiver's queue, and a full queue makes us wait. With UDP nothing is
/// known of what became of it, but that nobody listens there (ICMP port unreachable), which the kernel tells with the next call.
/// </summary>
internal sealed class DatagramTransport : Transport
{
    private readonly Socket _socket;
    private readonly bool _unix;

    private DatagramTransport(Socket socket, bool unix) => (_socket, _unix) = (socket, unix);

    internal static async Task<Transport> ConnectAsync(SyslogTarget target, CancellationToken cancellation)
    {
        var unix = target.Transport == SyslogTransport.Unix;
        var socket = unix ? new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) : new Socket(SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (unix)
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(target.Host), cancellation).ConfigureAwait(false);
            }
            else
            {
                await socket.ConnectAsync(target.Host, target.Port, cancellation).ConfigureAwait(false);
            }

            return new DatagramTransport(socket, unix);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal override async Task<int> SendAsync(IReadOnlyList<byte[]> messages, CancellationToken cancellation)
    {
        var sent = 0;
        foreach (var message in messages)
        {
            try
            {
                await _socket.SendAsync(message, SocketFlags.None, cancellation).ConfigureAwait(false);
            }
            catch (SocketException) when (_unix && sent > 0)
            {
                return sent;
            }

            sent++;
        }

        return _socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int error and not 0 ? throw new SocketException(error) : sent;
    }

    public override void Dispose() => _socket.Dispose();
}
