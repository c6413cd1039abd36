using System.Net.Sockets;

namespace XdpAudit.Plugins.Syslog;

/// <summary>A way to a receiver, open until it fails.</summary>
internal abstract class Transport : IDisposable
{
    /// <summary>It is still of use.</summary>
    internal virtual bool Alive => true;

    /// <summary>Hands over messages, and returns how many of them, from the front, are the receiver's machine's.</summary>
    /// <exception cref="SocketException">It failed, and none is.</exception>
    internal abstract Task<int> SendAsync(IReadOnlyList<byte[]> messages, CancellationToken cancellation);

    internal static Task<Transport> OpenAsync(SyslogOptions options, TimeProvider time, CancellationToken cancellation) => options.Target.Transport switch
    {
        SyslogTransport.Unix or SyslogTransport.Udp => DatagramTransport.ConnectAsync(options.Target, cancellation),
        _ => StreamTransport.ConnectAsync(options, time, cancellation),
    };

    public abstract void Dispose();
}
