using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>
/// An executor that acts through the host's own bpftool and ip. What they answer is their word; what is answered here is what the kernel shows after
/// them. Between calls it holds nothing.
/// The files of this class are its abilities, one each.
/// </summary>
public sealed partial class BpftoolExecutor : IExecutor
{
    private readonly string _id;
    private readonly string _epoch = Guid.CreateVersion7().ToString("N");
    private readonly BpftoolOptions _options;
    private readonly Tools _tools;
    private readonly LettingGo _lettingGo;
    private readonly Calls _calls = new(_ => null);

    /// <summary>An executor for a plugin id.</summary>
    public BpftoolExecutor(string id, TimeProvider time, BpftoolOptions options) =>
        (_id, _options, _tools, _lettingGo) = (id, options, new(options, time), new(time, options.UnloadWait));

    /// <inheritdoc/>
    public async ValueTask<ExecutorDescriptor> DescribeAsync(CancellationToken cancellation)
    {
        List<string> warnings = [];
        var bpftool = await TellAsync(() => _tools.BpftoolVersionAsync(cancellation)).ConfigureAwait(false);
        var ip = _options.NetlinkByIp ? await TellAsync(() => _tools.IpVersionAsync(cancellation)).ConfigureAwait(false) : "not used";
        return new()
        {
            Id = _id,
            Epoch = _epoch,
            Capabilities =
            [
                .. warnings.Count > 0 ? (string[])[] :
                    [ExecutorCapability.AttachNative, ExecutorCapability.AttachGeneric, ExecutorCapability.AttachByNetlink, ExecutorCapability.Pin],
                ExecutorCapability.Adopt,
            ],
            Versions = new Dictionary<string, string> { ["bpftool"] = bpftool, ["ip"] = ip, ["kernel"] = (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease", cancellation).ConfigureAwait(false)).Trim() },
            Warnings = warnings,
        };

        async Task<string> TellAsync(Func<Task<string>> version)
        {
            try
            {
                return await version().ConfigureAwait(false);
            }
            catch (Refusal refusal)
            {
                warnings.Add(refusal.Message);
                return "unusable";
            }
        }
    }

    /// <summary>Waits for calls under way. It holds nothing that would have to be let go of.</summary>
    public async ValueTask DisposeAsync() => await _calls.EndAsync().ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("unload", context, () => _lettingGo.UnloadAsync(request, () => { }, cancellation), cancellation);

    /// <summary>
    /// What a tool's answer comes to, beside what the kernel shows. Null when it was done; the refusal when it was not. A tool that still runs may still
    /// act, and one that says it failed where the thing is done leaves open who did it: those are for a later look.
    /// </summary>
    /// <param name="became">The kernel shows that it is so, and showed before that it was not.</param>
    /// <param name="explain">Why it is not so, where the tool says that it failed.</param>
    /// <exception cref="OperationCanceledException">The caller gave up, the tool has ended, and it is not so.</exception>
    internal static Refusal? Settle(ToolAnswer answer, bool became, string asked, Func<Complaint, Refusal> explain, CancellationToken cancellation) => answer switch
    {
        { End: ToolEnd.Lingers } => BpftoolWords.Lingers(answer, asked),
        { SaysDone: true } => became ? null : BpftoolWords.FalseSuccess(answer, asked),
        { End: ToolEnd.Exited } => became ? BpftoolWords.FalseFailure(answer, asked) : explain(answer.Complaint),
        _ when became => null,
        { End: ToolEnd.Cancelled } => throw new OperationCanceledException(cancellation),
        _ => BpftoolWords.Ended(answer, asked),
    };

    /// <summary>What is worth knowing of a tool that was ended and had done what was asked by then.</summary>
    internal static IEnumerable<string> Doubts(ToolAnswer answer) => answer.SaysDone ? [] : [BpftoolWords.DoneBeforeItsEnd(answer)];
}
