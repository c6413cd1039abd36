using System.Collections.Concurrent;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>
/// An executor for several programs at one interface: libxdp attaches a dispatcher by netlink and ties each program to a place in it. A program that
/// is to run there is loaded as an EXT program, which is more than every kernel allows; where it does not, this executor says so and does nothing.
/// Between calls it holds the programs it was asked to load without a pin, and nothing else.
/// The files of this class are its abilities, one each.
/// </summary>
public sealed partial class LibxdpExecutor : IExecutor
{
    /// <summary>The capability of its own: attaches a program beside others at the same interface.</summary>
    public const string AttachByDispatcher = "xdp.attach.dispatcher";

    /// <summary>What it declares where the kernel allows EXT programs; elsewhere nothing.</summary>
    public static IReadOnlyList<string> AllCapabilities { get; } =
    [
        ExecutorCapability.AttachNative, ExecutorCapability.AttachGeneric, ExecutorCapability.AttachByNetlink, AttachByDispatcher, ExecutorCapability.Pin,
        ExecutorCapability.Adopt, ExecutorCapability.Ephemeral,
    ];

    private readonly string _id;
    private readonly string _epoch = Guid.CreateVersion7().ToString("N");
    private readonly LibxdpOptions _options;
    private readonly Support _support;
    private readonly LibxdpPins _pins;
    private readonly LettingGo _lettingGo;
    private readonly Calls _calls = new(Support.Missing);
    private readonly ConcurrentDictionary<KernelProgramId, Descriptor> _programs = new();

    /// <summary>An executor for a plugin id.</summary>
    public LibxdpExecutor(string id, TimeProvider time, LibxdpOptions options)
    {
        (_id, _options, _support, _pins, _lettingGo) = (id, options, new(options), new(options), new(time, options.UnloadWait));
        LibxdpPrint.Enter();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Whether EXT programs are allowed is found out by doing it, once in a life of the executor: two trivial programs are loaded, one tied to the
    /// other, and both let go of before this answers.
    /// </remarks>
    public async ValueTask<ExecutorDescriptor> DescribeAsync(CancellationToken cancellation)
    {
        var refusal = _support.Why();
        return new()
        {
            Id = _id,
            Epoch = _epoch,
            Capabilities = refusal is null ? AllCapabilities : [],
            Versions = new Dictionary<string, string>
            {
                ["libxdp"] = LibxdpLibrary.Version(), ["kernel"] = (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease", cancellation).ConfigureAwait(false)).Trim(),
            },
            Warnings = refusal is null ? [] : [refusal.Message],
        };
    }

    /// <summary>Waits for calls under way, closes what it holds, and gives up the libraries' callbacks.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await _calls.EndAsync().ConfigureAwait(false))
        {
            return;
        }

        foreach (var program in _programs.Values)
        {
            program.Dispose();
        }

        LibxdpPrint.Leave();
    }

    /// <summary>Each act begins with the question whether this kernel lets any be done.</summary>
    private ValueTask<Outcome<T>> DoAsync<T>(string call, string doing, string? needs, OperationContext context, Func<Task<Outcome<T>>> act, CancellationToken cancellation)
        where T : class =>
        _calls.DoAsync(
            call,
            context,
            () =>
            {
                _support.Demand(doing, needs);
                return act();
            },
            cancellation);
}
