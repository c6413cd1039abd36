using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace XdpAudit.Server;

/// <summary>Datagrams, on loopback or at the path of a unix socket; away, the socket is closed.</summary>
internal sealed class DatagramTrialReceiver(Regex id, bool unix) : TrialReceiver(id)
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xdpaudit-trial-");
    private readonly ConcurrentQueue<string> _messages = new();
    private Socket? _socket;
    private int _port;

    // What was sent is the kernel's, and read by us when it is our turn.
    internal override TimeSpan Patience => TimeSpan.FromSeconds(20);

    internal override string Address => unix ? Path.Combine(_folder.FullName, "socket") : $"127.0.0.1:{_port}";

    protected override IReadOnlyList<string> Arrived => [.. _messages];

    internal override Task ComeAsync()
    {
        if (_socket is null)
        {
            var socket = new Socket(unix ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Unspecified);
            File.Delete(Path.Combine(_folder.FullName, "socket"));
            socket.Bind(unix ? new UnixDomainSocketEndPoint(Address) : new IPEndPoint(IPAddress.Loopback, _port));
            _port = unix ? 0 : ((IPEndPoint)socket.LocalEndPoint!).Port;

            // What comes faster than it is read is lost without a word: that would be the receiver's fault.
            socket.ReceiveBufferSize = 1 << 22;
            _socket = socket;
            _ = ReceiveAsync(socket);
        }

        return Task.CompletedTask;
    }

    internal override Task GoAsync()
    {
        _socket?.Dispose();
        _socket = null;
        return Task.CompletedTask;
    }

    protected override void Clear() => _folder.Delete(recursive: true);

    private async Task ReceiveAsync(Socket socket)
    {
        try
        {
            for (var buffer = new byte[1 << 16]; ;)
            {
                _messages.Enqueue(Encoding.UTF8.GetString(buffer.AsSpan(0, await socket.ReceiveAsync(buffer, SocketFlags.None))));
            }
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException)
        {
            // It went away.
        }
    }
}

/// <summary>A listener of TCP on loopback; away, it and its connections are reset.</summary>
internal sealed class StreamTrialReceiver(Regex id) : TrialReceiver(id)
{
    private readonly Lock _gate = new();
    private readonly List<StringBuilder> _streams = [];
    private readonly List<Socket> _open = [];
    private int _port;

    // What was sent is the kernel's, and read by us when it is our turn.
    internal override TimeSpan Patience => TimeSpan.FromSeconds(20);

    internal override string Address => $"127.0.0.1:{_port}";

    // A number at the end of what there is may go on: what is cut is not shown before something follows.
    protected override IReadOnlyList<string> Arrived
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams.Select(stream => stream.ToString().TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'))];
            }
        }
    }

    internal override Task ComeAsync()
    {
        lock (_gate)
        {
            if (_open.Count == 0)
            {
                var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                listener.Bind(new IPEndPoint(IPAddress.Loopback, _port));
                _port = ((IPEndPoint)listener.LocalEndPoint!).Port;
                listener.Listen();
                _open.Add(listener);
                _ = AcceptAsync(listener);
            }
        }

        return Task.CompletedTask;
    }

    internal override Task GoAsync()
    {
        lock (_gate)
        {
            foreach (var socket in _open)
            {
                socket.LingerState = new(true, 0);
                socket.Dispose();
            }

            _open.Clear();
        }

        return Task.CompletedTask;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var (connection, stream) = (await listener.AcceptAsync(), new StringBuilder());
                lock (_gate)
                {
                    _open.Add(connection);
                    _streams.Add(stream);
                }

                _ = ReadAsync(connection, stream);
            }
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException)
        {
            // It went away.
        }
    }

    private async Task ReadAsync(Socket connection, StringBuilder stream)
    {
        try
        {
            var buffer = new byte[1 << 16];
            while (await connection.ReceiveAsync(buffer, SocketFlags.None) is > 0 and var count)
            {
                lock (_gate)
                {
                    // Ids are ASCII: a character that is cut in two by the end of the buffer is none of theirs.
                    stream.Append(Encoding.UTF8.GetString(buffer.AsSpan(0, count)));
                }
            }
        }
        catch (Exception cause) when (cause is SocketException or ObjectDisposedException)
        {
            // It went away, or the sink did.
        }
    }
}
