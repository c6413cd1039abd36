namespace XdpAudit.Core;

/// <summary>A notice and the sensor that gave it.</summary>
public sealed record Heard(string Sensor, KernelNotice Notice)
{
    /// <summary>An earlier look has dealt with it. It is kept for one look more, to know it again when it comes a second time.</summary>
    public bool Told { get; init; }

    /// <summary>Programs that lost a reference by it, as was told: what frees one may be heard of only after the next look has begun.</summary>
    internal IReadOnlyCollection<KernelProgramId> LetGo { get; init; } = [];

    /// <summary>The source, as events name it.</summary>
    internal string Source => $"sensor:{Sensor}/{Notice.Tier}";
}

/// <summary>One thing that happened, as told by all tiers that saw it: the notice that says most, and who else told the same.</summary>
internal sealed record Testimony(KernelNotice Notice, string Source, IReadOnlyList<string> ConfirmedBy)
{
    /// <summary>An earlier look has dealt with it, whoever told it then.</summary>
    internal bool Told { get; private init; }

    /// <summary>Programs that lost a reference by it, as an earlier look told.</summary>
    internal IReadOnlyCollection<KernelProgramId> LetGo { get; private init; } = [];

    /// <summary>Events that one tier saw at once can reach another some time later.</summary>
    private const ulong Together = 20_000_000;

    /// <summary>Joins notices of one fact, in order of time.</summary>
    internal static List<Testimony> Of(IEnumerable<Heard> heard)
    {
        var all = new List<Testimony>();
        var open = new Dictionary<string, int>();
        var given = new Dictionary<(string, string, ulong), int>();
        foreach (var one in heard.OrderBy(h => h.Notice.BootNs))
        {
            if (Name(one.Notice) is not { } name)
            {
                all.Add(new(one.Notice, one.Source, []) { Told = one.Told, LetGo = one.LetGo });
                continue;
            }

            if (given.TryGetValue((one.Source, name, one.Notice.BootNs), out var twice))
            {
                all[twice] = all[twice] with { Told = all[twice].Told || one.Told };
                continue;
            }

            if (open.TryGetValue(name, out var at) && Same(all[at], one))
            {
                all[at] = all[at].With(one);
            }
            else
            {
                open[name] = all.Count;
                all.Add(new(one.Notice, one.Source, []) { Told = one.Told, LetGo = one.LetGo });
            }

            given[(one.Source, name, one.Notice.BootNs)] = open[name];
        }

        all.Sort((a, b) => a.Notice.BootNs.CompareTo(b.Notice.BootNs));
        return all;
    }

    /// <summary>The same, happened before what came of it, however late it was heard.</summary>
    internal Testimony NoLaterThan(Testimony effect) =>
        Notice.BootNs <= effect.Notice.BootNs ? this : this with { Notice = Notice with { BootNs = effect.Notice.BootNs } };

    /// <summary>Says of an event who told it, who did it and when.</summary>
    /// <param name="fact">The event.</param>
    /// <param name="occurred">When.</param>
    /// <param name="ours">The operation that did it, which confirms it.</param>
    /// <param name="look">The look that shows the same.</param>
    internal JournalEvent Sign(JournalEvent fact, Occurrence occurred, OperationState? ours, string? look) => fact with
    {
        Occurred = occurred,
        KnownBy = new()
        {
            How = Knowledge.Witnessed,
            Source = Source,
            Plugin = Notice.Plugin,
            ConfirmedBy = [.. ConfirmedBy, .. ours is null ? Array.Empty<string>() : [$"executor:{ours.Plan.Executor}"], .. look is null ? Array.Empty<string>() : [look]],
        },
        Actor = ours is null ? Notice.Actor : new Actor.Process(ours.RequestedBy),
        Operation = ours?.Id,
    };

    // What names the fact. Ids come again only after 2^31 of them; what can happen twice to one object is told apart by time.
    private static string? Name(KernelNotice notice) => notice switch
    {
        ProgramLoadNotice n => $"load {n.Id}",
        ProgramUnloadNotice n => $"unload {n.Id}",
        LinkCreateNotice n => $"create {n.Id}",
        LinkFreeNotice n => $"free {n.Id}",
        LinkDetachNotice n => $"detach {n.Id}",
        LinkUpdateNotice n => $"update {n.Id} {n.NewProgram}",
        XdpSetNotice n => $"set {n.Interface.Netns} {n.Interface.IfIndex} {n.Mode} {n.Before} {n.After}",
        PinNotice n => $"pin {n.Held} {n.HeldId} {n.Path}",
        LossNotice n => $"loss since {n.SinceBootNs}",
        _ => null,
    };

    private static bool Same(Testimony told, Heard one) =>
        told.Source != one.Source && !told.ConfirmedBy.Contains(one.Source)
        && (one.Notice is ProgramLoadNotice or ProgramUnloadNotice or LinkCreateNotice or LinkFreeNotice || one.Notice.BootNs - told.Notice.BootNs < Together);

    private Testimony With(Heard one) => Weight(one.Notice) > Weight(Notice)
        ? new(Best(one.Notice, Notice), one.Source, [Source, .. ConfirmedBy]) { Told = Told || one.Told, LetGo = [.. LetGo, .. one.LetGo] }
        : this with { Notice = Best(Notice, one.Notice), ConfirmedBy = [.. ConfirmedBy, one.Source], Told = Told || one.Told, LetGo = [.. LetGo, .. one.LetGo] };

    private static KernelNotice Best(KernelNotice best, KernelNotice other) => best.Actor is Actor.Process ? best : best with { Actor = other.Actor };

    private static int Weight(KernelNotice notice) =>
        (notice is ProgramLoadNotice { LoadedNs: null } ? 0 : 4) + (notice.Actor is Actor.Process ? 2 : 0) + (notice.Tier == SensorTiers.Perf ? 0 : 1);
}
