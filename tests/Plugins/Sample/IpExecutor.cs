using System.Collections.Concurrent;
using System.Diagnostics;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Sample;

/// <summary>The executor of docs/plugins.md: takes netlink attachments off, and nothing else.</summary>
public sealed class IpExecutor(string id) : IExecutor
{
    private readonly string _epoch = Guid.CreateVersion7().ToString("N");
    private readonly ConcurrentDictionary<OperationId, Outcome<NoValue>> _answered = new();
    private bool _disposed;

    /// <summary>What it can do.</summary>
    public static IReadOnlyList<string> Capabilities { get; } = [ExecutorCapability.AttachByNetlink];

    /// <inheritdoc/>
    public ValueTask<ExecutorDescriptor> DescribeAsync(CancellationToken cancellation) => new(new ExecutorDescriptor { Id = id, Epoch = _epoch, Capabilities = Capabilities });

    /// <inheritdoc/>
    public async ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);

        // A repeat is answered as the first time, and does nothing.
        if (_answered.TryGetValue(context.OperationId, out var first))
        {
            return first.Kind == OutcomeKind.Succeeded ? first with { Kind = OutcomeKind.AlreadyApplied } : first;
        }

        // To here a cancelled call may throw: the kernel is unchanged. From here on it finishes, whoever waits.
        cancellation.ThrowIfCancellationRequested();
        if (request.Interface is not { } at)
        {
            return Outcome.Unsupported<NoValue>("link.detach");
        }

        var mode = request.Mode switch { XdpMode.Native => "xdpdrv", XdpMode.Offload => "xdpoffload", _ => "xdpgeneric" };
        var before = await IpAsync(at, "-j", "link", "show", "dev", at.Name);
        if (before.Exit != 0)
        {
            return Refused(ErrorCode.InterfaceNotFound, $"cannot detach from '{at.Name}': ip says {before.Said}; see ip link");
        }

        if (!before.Said.Contains("\"xdp\"", StringComparison.Ordinal))
        {
            return _answered[context.OperationId] = Outcome.AlreadyApplied(new NoValue());
        }

        var done = await IpAsync(at, "link", "set", "dev", at.Name, mode, "off");
        var after = await IpAsync(at, "-j", "link", "show", "dev", at.Name);

        // ip succeeds where another mode is attached, and removes nothing: what the kernel shows is the answer.
        return _answered[context.OperationId] = after.Said.Contains("\"xdp\"", StringComparison.Ordinal)
            ? Outcome.Failed<NoValue>(new() { Code = ErrorCode.Kernel, Function = "ip link set", Message = $"'{at.Name}' still runs a program after {mode} off ({done.Said}); look at its mode with bpftool net" })
            : Outcome.Succeeded(new NoValue());
    }

    /// <inheritdoc/>
    public ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation) => Unsupported<LoadedProgram>("load", cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) => Unsupported<AttachedProgram>("attach", cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) => Unsupported<UnloadResult>("unload", cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return default;
    }

    private static Outcome<NoValue> Refused(string code, string message) => Outcome.Rejected<NoValue>(new() { Code = code, Message = message });

    private static async Task<(int Exit, string Said)> IpAsync(InterfaceRef at, params string[] words)
    {
        string[] line = at.NetnsPath is { } path ? ["nsenter", $"--net={path}", "ip", .. words] : ["ip", .. words];
        using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said.Trim());
    }

    private ValueTask<Outcome<T>> Unsupported<T>(string capability, CancellationToken cancellation)
        where T : class
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellation.ThrowIfCancellationRequested();
        return new(Outcome.Unsupported<T>(capability));
    }
}
