using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using XdpAudit.Plugins.Syslog;

namespace XdpAudit.Sinks.Tests;

/// <summary>A real receiver of syslog on loopback or on a unix socket; away, its socket is closed.</summary>
internal sealed partial class SyslogReceiver(SyslogTransport transport, X509Certificate2? certificate = null) : IAsyncDisposable
{
    private readonly Folder _folder = new();
    private readonly ConcurrentQueue<byte[]> _messages = new();
    private readonly List<Socket> _open = [];
    private int _port;

    internal SyslogTarget Target => transport == SyslogTransport.Unix ? new(transport, _folder.File("log"), 0) : new(transport, "localhost", _port);

    internal IReadOnlyList<string> Messages => [.. _messages.Select(Encoding.UTF8.GetString)];

    internal IReadOnlyList<byte[]> Bytes => [.. _messages];

    /// <summary>How many connections were made.</summary>
    internal int Connections { get; private set; }

    internal void Come()
    {
        var datagrams = transport is SyslogTransport.Unix or SyslogTransport.Udp;
        var socket = transport == SyslogTransport.Unix
            ? new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, datagrams ? SocketType.Dgram : SocketType.Stream, datagrams ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.ReceiveBufferSize = 1 << 22;
        if (transport == SyslogTransport.Unix)
        {
            File.Delete(_folder.File("log"));
            socket.Bind(new UnixDomainSocketEndPoint(_folder.File("log")));
        }
        else
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, _port));
            _port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }

        Keep(socket);
        if (datagrams)
        {
            _ = ReceiveAsync(socket);
        }
        else
        {
            socket.Listen();
            _ = AcceptAsync(socket);
        }
    }

    internal void Go()
    {
        lock (_open)
        {
            foreach (var socket in _open)
            {
                socket.LingerState = new(true, 0);
                socket.Dispose();
            }

            _open.Clear();
        }
    }

    /// <summary>Ends the connections that there are, in order, and goes on listening: as a receiver does with those that are idle.</summary>
    internal void HangUp()
    {
        lock (_open)
        {
            foreach (var connection in _open.Skip(1).ToList())
            {
                connection.Shutdown(SocketShutdown.Both);
                connection.Dispose();
                _open.Remove(connection);
            }
        }
    }

    /// <summary>The ids of the messages once there are this many.</summary>
    internal async Task<IReadOnlyList<string>> IdsAsync(int count)
    {
        for (var began = Stopwatch.GetTimestamp(); _messages.Count < count;)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20), $"{_messages.Count} of {count} messages came within 20 s");
            await Task.Delay(2, TestContext.Current.CancellationToken); // other threads receive, and tell nobody
        }

        return [.. Messages.Select(m => Id().Match(m).Groups[1].Value)];
    }

    public ValueTask DisposeAsync()
    {
        Go();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReceiveAsync(Socket socket)
    {
        try
        {
            var buffer = new byte[65536];
            while (true)
            {
                _messages.Enqueue(buffer[..await socket.ReceiveAsync(buffer, SocketFlags.None)]);
            }
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var connection = await listener.AcceptAsync();
                Connections++;
                Keep(connection);
                _ = ReadAsync(connection);
            }
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException)
        {
        }
    }

    // RFC 6587, 3.4.1: MSG-LEN SP MSG. What comes in parts is no message before its end.
    private async Task ReadAsync(Socket connection)
    {
        try
        {
            Stream stream = new NetworkStream(connection);
            if (certificate is not null)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsServerAsync(certificate);
            }

            var one = new byte[1];
            while (true)
            {
                var length = 0;
                while (true)
                {
                    await stream.ReadExactlyAsync(one);
                    if (one[0] == ' ')
                    {
                        break;
                    }

                    length = (length * 10) + int.Parse([(char)one[0]], CultureInfo.InvariantCulture);
                }

                var message = new byte[length];
                await stream.ReadExactlyAsync(message);
                _messages.Enqueue(message);
            }
        }
        catch (Exception cause) when (cause is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
        }
    }

    private void Keep(Socket socket)
    {
        lock (_open)
        {
            _open.Add(socket);
        }
    }

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Id();
}
