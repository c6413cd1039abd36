using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using StreamJsonRpc;
using XdpAudit.Hosting;
using XdpAudit.Kernel;

namespace XdpAudit.Agent;

/// <summary>One life of a plugin's process. It ends with the auditor, however that ends: the kernel closes its standard input then.</summary>
#pragma warning disable RS0030 // a process is what isolates
internal sealed class PluginProcess : IAsyncDisposable
{
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG", "TMPDIR", "DOTNET_ROOT"];

    private readonly Process _process;
    private readonly JsonRpc _rpc;
    private volatile string? _killedFor;

    private PluginProcess(Process process, JsonRpc rpc, LastWords words)
    {
        (_process, _rpc, Pid) = (process, rpc, process.Id);
        Wire = rpc.Attach<IPluginWire>();
        Ended = EndAsync(words);
    }

    internal int Pid { get; }

    /// <summary>Names this life.</summary>
    internal string Epoch { get; } = Guid.NewGuid().ToString("N")[..12];

    internal IPluginWire Wire { get; }

    /// <summary>How it ended, in words.</summary>
    internal Task<string> Ended { get; }

    /// <summary>Starts the host program, and waits until it is connected.</summary>
    /// <exception cref="PluginRefusedException">It cannot be started.</exception>
    internal static async Task<PluginProcess> StartAsync(PluginLaunch launch, SupervisionSettings settings, ILogger logger)
    {
        // An abstract name leaves nothing behind; whoever else connects to it is turned away by the kernel's word on who that is.
        var name = $"xdpaudit-{Guid.NewGuid():N}";
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        listener.Listen();

        var words = new LastWords();
        var process = Launch(launch, settings, name, words);
        try
        {
            using var deadline = new CancellationTokenSource(settings.StartDeadline);
            var socket = await ConnectedAsync(listener, process, deadline.Token);
            var rpc = Channel.Over(new NetworkStream(socket, ownsSocket: true));
            rpc.AddLocalRpcTarget<IWordsWire>(new Words(launch.Id, logger), null);
            rpc.StartListening();
            return new(process, rpc, words);
        }
        catch (Exception cause) when (cause is OperationCanceledException or IOException or SocketException)
        {
            process.Kill();
            await process.WaitForExitAsync();
            var ended = $"{How(process.ExitCode)}{(words.ToString() is { Length: > 0 } said ? $"; its last words: {said}" : "")}";
            process.Dispose();
            throw new PluginRefusedException("plugin.process", $"the process '{settings.HostProgram}' did not connect within {settings.StartDeadline.TotalSeconds} s: {ended}");
        }
    }

    /// <summary>Resident memory, bytes; 0 when it is gone.</summary>
    internal long MemoryBytes()
    {
        _process.Refresh();
        return _process.HasExited ? 0 : _process.WorkingSet64;
    }

    /// <summary>Ends it by SIGKILL.</summary>
    internal void Kill(string why)
    {
        _killedFor ??= why;
        _process.Kill();
    }

    /// <summary>Asks it to end, and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await Wire.StopAsync(patience.Token).WaitAsync(patience.Token);
        }
        catch (Exception cause) when (cause is OperationCanceledException or ConnectionLostException or ObjectDisposedException or RemoteRpcException)
        {
            // It is gone, or is ended below.
        }

        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill("it did not end when it was told to");
        }

        await Ended;
        _process.Dispose();
    }

    private static Process Launch(PluginLaunch launch, SupervisionSettings settings, string name, LastWords words)
    {
        var start = new ProcessStartInfo(settings.HostProgram, [name])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        };
        foreach (var key in start.Environment.Keys.Except(Inherited).ToList())
        {
            start.Environment.Remove(key);
        }

        // Managed memory fails inside before the process is ended from outside.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x" + launch.MemoryBytes.ToString("x", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception cause)
        {
            throw new PluginRefusedException("plugin.process", $"cannot start '{settings.HostProgram}', in which isolated plugins run: {cause.Message.TrimEnd('.')}; install the auditor again");
        }

        process.OutputDataReceived += (_, line) => words.Add(line.Data);
        process.ErrorDataReceived += (_, line) => words.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<Socket> ConnectedAsync(Socket listener, Process process, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var exit = process.WaitForExitAsync(end.Token);
        try
        {
            while (true)
            {
                var accepted = listener.AcceptAsync(end.Token).AsTask();
                if (await Task.WhenAny(accepted, exit) == exit)
                {
                    cancellation.ThrowIfCancellationRequested();
                    throw new IOException("it ended first");
                }

                var socket = await accepted;
                var credentials = new byte[PeerProcess.CredentialBytes];
                socket.GetRawSocketOption(PeerProcess.SocketLevel, PeerProcess.PeerCredentials, credentials);
                if (BitConverter.ToInt32(credentials) == process.Id)
                {
                    return socket;
                }

                socket.Dispose();
            }
        }
        finally
        {
            await end.CancelAsync();
        }
    }

    private async Task<string> EndAsync(LastWords words)
    {
        // Completes when what it wrote last is read to its end.
        var exit = _process.WaitForExitAsync();
        await Task.WhenAny(exit, _rpc.Completion);
        await exit.WaitAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!exit.IsCompleted)
        {
            // A connection that is lost while the process lives on is no less its end.
            Kill("its connection was lost while it lived");
        }

        await exit;
        _rpc.Dispose();
        var said = words.ToString();
        return $"{(_killedFor is { } why ? $"{why}, and was ended" : How(_process.ExitCode))}{(said.Length > 0 ? $"; its last words: {said}" : "")}";
    }

    private static string How(int exit) => exit > 128 && exit < 128 + 65
        ? $"its process was killed by signal {exit - 128}{(exit - 128) switch { 6 => " (SIGABRT)", 9 => " (SIGKILL)", 11 => " (SIGSEGV)", 7 => " (SIGBUS)", 15 => " (SIGTERM)", _ => "" }}"
        : $"its process ended with exit code {exit}";

    private sealed class Words(string plugin, ILogger logger) : IWordsWire
    {
        public Task LogAsync(int level, string category, string words)
        {
            var heard = (LogLevel)Math.Clamp(level, 0, (int)LogLevel.Critical);
            if (logger.IsEnabled(heard))
            {
                logger.PluginSaid(heard, plugin, PluginRefusals.Shown(category), PluginRefusals.Shown(words));
            }

            return Task.CompletedTask;
        }

        public void Dispose()
        {
        }
    }
}
