namespace XdpAudit.Server.Demo;

/// <summary>
/// Three leaks on the real kernel, one by the auditor's own hand and two behind its back, and what the auditor says of them.
/// Nothing is told that the auditor did not find: the story waits for its findings.
/// </summary>
internal sealed class DemoStory(Auditor auditor, IReadOnlyCollection<string> judged, DemoStage stage)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ProcessIdentity _narrator = new() { Pid = Environment.ProcessId, Comm = "xdpaudit demo", Uid = 0 };

    /// <summary>True when all three were found and explained.</summary>
    internal async Task<bool> TellAsync(CancellationToken cancellation)
    {
        using var listener = auditor.Feed.Listen();
        Terminal.Say("");
        Terminal.Say($"The stage: network namespace {stage.Netns} with interfaces demo0 and demo1, and a bpffs at {stage.Bpffs}.");
        Terminal.Say("");
        var forgotten = await ForgetAsync(cancellation);
        var pinned = BehindOurBackWithBpftool();
        BehindOurBackWithIp();
        Terminal.Say("");
        Terminal.Say("Nobody tells the auditor. It looks, waits for the grace period, looks again:");

        var expected = new Dictionary<string, Func<FindingView, bool>>
        {
            [LeakRule.ProgramRetained] = f => f.Subject.KernelId == forgotten.Value,
            [LeakRule.PinUnused] = f => f.Subject.KernelId == pinned,
            [LeakRule.AttachmentUnowned] = f => f.Subject.Name.Contains("demo1", StringComparison.Ordinal),
        };
        await WaitForAsync(expected, listener, cancellation);
        await TellHistoryAsync(forgotten);
        Terminal.Say("");
        Terminal.Say(expected.Count == 0
            ? "All three leaks were found and explained."
            : $"Not found: {string.Join(", ", expected.Keys.Select(WhyNot))}.");
        return expected.Count == 0;
    }

    private string WhyNot(string rule) => judged.Contains(rule) ? $"{rule} (within {Patience.TotalSeconds} s)" : $"{rule} (no active plugin judges it; see xdpaudit plugin list)";

    private async Task<KernelProgramId> ForgetAsync(CancellationToken cancellation)
    {
        Terminal.Say("1. Somebody loads a program with xdpaudit, attaches it to demo0, detaches it again, and believes it is gone.");
        var loaded = await DoAsync(new() { Kind = OperationKinds.ProgramLoad, ObjectPath = stage.ObjectPath, Program = "count_packets", Reason = "demo" }, cancellation);
        var id = loaded.ProgramId!.Value;
        var attached = await DoAsync(
            new() { Kind = OperationKinds.LinkAttach, Program = $"{id}", Interface = "demo0", Netns = stage.Netns, Reason = "demo" }, cancellation);
        await DoAsync(new() { Kind = OperationKinds.LinkDetach, Link = $"{attached.LinkId}", Reason = "demo" }, cancellation);
        await DoAsync(new() { Kind = OperationKinds.LinkUnpin, Link = $"{attached.LinkId}", Pin = attached.Pin, Reason = "demo" }, cancellation);
        return id;
    }

    private uint BehindOurBackWithBpftool()
    {
        var pin = $"{stage.Bpffs}/left_behind";
        Terminal.Say("2. Somebody else loads a program with bpftool, pins it, and goes home:");
        Terminal.Say($"   $ bpftool prog load {stage.ObjectPath} {pin} type xdp");
        Tool.Run("bpftool", "prog", "load", stage.ObjectPath, pin, "type", "xdp");
        using var shown = System.Text.Json.JsonDocument.Parse(Tool.Run("bpftool", "-j", "prog", "show", "pinned", pin));
        return shown.RootElement.GetProperty("id").GetUInt32();
    }

    private void BehindOurBackWithIp()
    {
        Terminal.Say("3. A script attaches a program with ip, by netlink, and ends. The attachment belongs to nobody:");
        Terminal.Say($"   $ ip -n {stage.Netns} link set dev demo1 xdpgeneric obj {stage.ObjectPath} sec xdp/filter");
        Tool.Run("ip", "-n", stage.Netns, "link", "set", "dev", "demo1", "xdpgeneric", "obj", stage.ObjectPath, "sec", "xdp/filter");
    }

    private async Task<OperationView> DoAsync(OperationRequest request, CancellationToken cancellation)
    {
        try
        {
            var done = await auditor.OperateAsync(request, _narrator, cancellation);
            Terminal.Say($"   {done.Kind} {done.Target}: {done.State}");
            Terminal.Say($"     {done.Verification ?? done.Error?.Message}");
            return done.State == OperationStates.Verified && done.Error is null
                ? done
                : throw new StartException($"the demo cannot go on: {done.Error?.Message ?? done.Verification}", ExitCode.Failed);
        }
        catch (RefusedException refused)
        {
            throw new StartException($"the demo cannot go on: {refused.Problem.Title}", ExitCode.Failed);
        }
    }

    private async Task WaitForAsync(Dictionary<string, Func<FindingView, bool>> expected, EntryFeed.Listener listener, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            // For what nobody judges there is nothing to wait for.
            while (expected.Keys.Any(judged.Contains))
            {
                foreach (var finding in auditor.Findings().Where(f => f.Status == FindingStates.Open && expected.TryGetValue(f.Rule, out var fits) && fits(f) && f.Remedy.Count > 0))
                {
                    expected.Remove(finding.Rule);
                    Tell(finding);
                }

                if (expected.Keys.Any(judged.Contains) && !await listener.Entries.WaitToReadAsync(patience.Token))
                {
                    return;
                }

                while (listener.Entries.TryRead(out var entry))
                {
                    if (entry.Event == "finding_suspected")
                    {
                        Terminal.Say($"   suspected: {entry.Data.GetProperty("candidate").GetProperty("rule").GetString()}, waiting for another look");
                    }
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // What was not found by then is said by the caller.
        }
    }

    private static void Tell(FindingView finding)
    {
        Terminal.Say("");
        Terminal.Say($"   FINDING {finding.Id}  {finding.Rule}  {finding.Severity}");
        Terminal.Say($"     {finding.Summary}");
        foreach (var step in finding.Remedy)
        {
            Terminal.Say($"     - {step.Why}");
            if (step.Command is { } command)
            {
                Terminal.Say($"         {command}");
            }
        }
    }

    private async Task TellHistoryAsync(KernelProgramId id)
    {
        Terminal.Say("");
        Terminal.Say($"What happened to program {id}, as its history tells it:");
        var program = auditor.Known.Programs.Values.FirstOrDefault(p => p.Facts.Key.Id == id);
        foreach (var entry in program is null ? [] : await auditor.HistoryAsync(program.Facts.Key.Value))
        {
            Terminal.Say($"   {entry.Position,5}  {entry.RecordedAt:HH:mm:ss}Z  {entry.KnownBy.How,-9} {entry.Sentence}");
        }
    }
}
