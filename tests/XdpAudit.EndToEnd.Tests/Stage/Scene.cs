using System.Diagnostics;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>One test on the real kernel: a lab of its own, an auditor that watches, and what people do with the field's tools.</summary>
public abstract partial class Scene : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly OneAuditor _one;
    private readonly List<IDisposable> _kept = [];
    private readonly long _since;

    private protected Scene(OneAuditor one)
    {
        Requires.RootAndBpf();
        _one = one;
        _ = one.Process; // it listens before the test does anything
        Lab = new();
        _since = Recordings.On ? _one.Process.Api.Post(Routes.Reconcile, null, ApiJson.Default.ReconcileView).Position : 0;
    }

    private protected Lab Lab { get; }

    /// <summary>The auditor that watches this test.</summary>
    private protected virtual AuditorProcess Auditor => _one.Process;

    private protected AuditorApi Api => Auditor.Api;

    private protected Tools Tools => _one.Tools;

    public void Dispose()
    {
        _kept.ForEach(kept => kept.Dispose());
        Dispose(true);
        Lab.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Before the lab goes.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private protected T Kept<T>(T kept)
        where T : IDisposable
    {
        _kept.Insert(0, kept);
        return kept;
    }

    /// <summary>Loads with bpftool and pins below the lab's bpffs; returns the kernel id.</summary>
    private protected uint Load(string program = "guard", string? pin = null)
    {
        Shell.Run("bpftool", "prog", "load", program == "guard" ? Tools.GuardObject : Tools.StrangerObject, Pin(pin ?? program), "type", "xdp");
        return Tools.Id("prog", Pin(pin ?? program));
    }

    private protected string Pin(string name) => $"{Lab.Bpffs}/{name}";

    /// <summary>A process that makes a link and keeps it, or only its pin when one is named; returns the process and the link's kernel id.</summary>
    private protected (Keeper Process, uint Link) Link(string netns, string programPin, string device = "va", string mode = "drv", string? linkPin = null)
    {
        string[] words = [$"--net=/run/netns/{netns}", Tools.Keep, "link", Pin(programPin), device, mode, .. linkPin is null ? [] : new[] { Pin(linkPin) }];
        var keeper = Kept(Keeper.Start("nsenter", words));
        return (keeper, uint.Parse(keeper.Answer[1], null));
    }

    /// <summary>A loader that stays: it loads, attaches and holds; returns the process and the program's kernel id.</summary>
    private protected (Keeper Process, uint Program) Loader(string netns, string how, string device = "va")
    {
        var keeper = Kept(Keeper.Start("nsenter", $"--net=/run/netns/{netns}", Tools.Loader, Tools.GuardObject, "guard", device, how));
        return (keeper, uint.Parse(keeper.Answer[1], null));
    }

    /// <summary>Loads and attaches as a person does with xdpaudit; returns the kernel ids of the program and the link.</summary>
    private protected (uint Program, uint Link) Ours(string netns)
    {
        var program = Asked($"xdpaudit program load {Tools.GuardObject} --program guard").GetProperty("program_id").GetUInt32();
        return (program, Asked($"xdpaudit link attach {program} --interface va --netns {netns}").GetProperty("link_id").GetUInt32());
    }

    private protected static void Sigkill(Keeper process)
    {
        Shell.Run("kill", "-KILL", $"{process.Pid}");
        var waited = Stopwatch.StartNew();
        while (!process.Ended)
        {
            Assert.True(waited.Elapsed < Patience, "a killed process did not end");
        }
    }

    /// <summary>The auditor looks; returns the journal's position after it.</summary>
    private protected long Look() => Reconcile().Position;

    private protected ReconcileView Reconcile() => Api.Post(Routes.Reconcile, null, ApiJson.Default.ReconcileView);

    /// <summary>The auditor looks again until it is so; the kernel frees after the last reference went, not at once.</summary>
    private protected long LookUntil(Func<bool> so, string what, TimeSpan? patience = null)
    {
        var (bound, waited) = (patience ?? Patience, Stopwatch.StartNew());
        var position = Look();
        while (!so())
        {
            Assert.True(waited.Elapsed < bound, $"not within {bound.TotalSeconds} s: {what}");
            position = Look();
        }

        return position;
    }

    private protected ProgramView Program(uint id, long? at = null) =>
        Api.Get(Routes.Program, ApiJson.Default.ProgramView, ("select", $"{id}"), ("at", At(at)));

    /// <summary>The programs that were there at a position of the journal.</summary>
    private protected IReadOnlyList<ProgramView> Programs(long at) => Api.Get(Routes.Programs, ApiJson.Default.IReadOnlyListProgramView, ("at", At(at)));

    /// <summary>The host journal's events after a position, in order.</summary>
    private protected List<HistoryEntry> Journal(long after)
    {
        var entries = new List<HistoryEntry>();
        while (Api.Get(Routes.Events, ApiJson.Default.IReadOnlyListHistoryEntry, ("after", $"{after}"), ("limit", "500")) is { Count: > 0 } page)
        {
            entries.AddRange(page);
            after = page[^1].Position;
        }

        return entries;
    }

    private protected LinkView LinkOf(uint id, long? at = null) => Api.Get(Routes.Link, ApiJson.Default.LinkView, ("select", $"{id}"), ("at", At(at)));

    private protected bool IsTold(uint program) => Api.Answers(Routes.Program, ("select", $"{program}"));

    private protected bool Gone(uint program) => Program(program).State == ProgramStates.Unloaded;

    private protected bool Released(uint link) => LinkOf(link).State == LinkStates.Released;

    private protected IReadOnlyList<HistoryEntry> ProgramHistory(uint id) =>
        Api.Get(Routes.ProgramHistory, ApiJson.Default.IReadOnlyListHistoryEntry, ("select", $"{id}"));

    private protected IReadOnlyList<HistoryEntry> LinkHistory(uint id) =>
        Api.Get(Routes.LinkHistory, ApiJson.Default.IReadOnlyListHistoryEntry, ("select", $"{id}"));

    private protected IReadOnlyList<HistoryEntry> InterfaceHistory(string name, string netns) =>
        Api.Get(Routes.InterfaceHistory, ApiJson.Default.IReadOnlyListHistoryEntry, ("name", name), ("netns", netns));

    /// <summary>What was recorded, in the order of the journal, each event by its name, the members that matter and who did it; without holders.</summary>
    private protected string[] Told(IEnumerable<HistoryEntry> history) =>
        [.. Trusted(history).Where(e => !Digest.IsOfAHolder(e)).Select(e => Digest.Of(e, Lab.Bpffs))];

    /// <summary>The processes and map elements that took hold and let go, as looks found them; without those who only look themselves.</summary>
    private protected string[] Holders(IEnumerable<HistoryEntry> history) =>
        [.. Trusted(history).Where(e => Digest.IsOfAHolder(e) && !Digest.IsOfABystander(e, Auditor.Pid)).Select(e => Digest.Of(e, Lab.Bpffs))];

    /// <summary>For what has a pin only for a moment, in which nobody may have looked.</summary>
    private protected static bool NotOfPins(string told) => !told.StartsWith("program_pinned ", StringComparison.Ordinal) && !told.StartsWith("program_unpinned ", StringComparison.Ordinal);

    /// <summary>What was told, where nobody can say who did it: it ended before its name was read, or the kernel went on without it.</summary>
    private protected static string UpToWho(string told) => told.Split(" by ")[0];

    /// <summary>The name of this test's process, as the kernel has it: the first 15 characters.</summary>
    private protected static string Own { get; } = File.ReadAllText("/proc/self/comm").TrimEnd('\n');

    // What was witnessed has a moment and somebody who was there, and is told in the order in which it happened; but for what only a look can place,
    // as a pin that was moved since. Of who removed a pin only the pid is sure: nobody reads the name of a process that has ended.
    private static IEnumerable<HistoryEntry> Trusted(IEnumerable<HistoryEntry> history)
    {
        var last = DateTimeOffset.MinValue;
        foreach (var entry in history)
        {
            if (entry.KnownBy.How == Knowledge.Witnessed)
            {
                var at = Assert.NotNull(entry.OccurredAt.At);
                Assert.True(at <= entry.RecordedAt, $"recorded at {entry.RecordedAt:O}: {entry.Sentence}");
                Assert.StartsWith("sensor:flight-recorder/", entry.KnownBy.Source, StringComparison.Ordinal);
                if (!Digest.IsOfAHolder(entry) && !Digest.IsOfAPin(entry))
                {
                    Assert.True(at >= last, $"{at:O} is told after {last:O}: {entry.Sentence}");
                    last = at;
                }

                if (entry.Actor is Actor.Process { Identity: var by })
                {
                    Assert.True(by.Pid > 1 && (by.Comm is null ? by.NotKnown?.Count > 0 : by.StartTicks > 0 && by.Uid is null or 0u), $"{by}: {entry.Sentence}");
                }
            }

            yield return entry;
        }
    }

    private static string? At(long? position) => position is { } p ? $"position:{p}" : null;
}
