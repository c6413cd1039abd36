using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>A pin under a bpffs that another mount covers: it keeps its object, and neither ls nor the loader that made it finds it.</summary>
internal static class PinHidden
{
    private static readonly string[] Needs = [Parts.Pins];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host) =>
    [
        .. host.Programs.SelectMany(p => Judge(host, "program", "prog", p.Key.Value, p.Id.Value, Words.Program(p), p.Holders, host.InUse.Contains(p), p.LoadedAt, p.MemlockBytes, p.LastPosition)),
        .. host.Links.SelectMany(l => Judge(host, "link", "link", l.Key.Value, l.Id.Value, Words.Link(l), l.Holders, l.State == LinkStates.Attached, l.FirstSeen, null, l.LastPosition)),
        .. host.Maps.SelectMany(m => Judge(host, "map", "map", m.Key.Value, m.Id.Value, Words.Map(m), m.Holders, m.UsedBy.Any(host.InUse.Contains), m.FirstSeen, m.MemlockBytes, m.LastPosition)),
    ];

    private static IEnumerable<LeakCandidate> Judge(
        HostIndex host, string noun, string kind, string key, uint id, string what, IReadOnlyList<HolderView> holders, bool used, DateTimeOffset known, ulong? bytes, long position)
    {
        foreach (var pin in holders.OfType<HolderView.Pin>().Where(pin => pin.Hidden))
        {
            var since = pin.Since ?? known;
            var alone = holders.All(holder => holder == pin || holder is HolderView.Unexplained);
            var remedy = new Remedy(host);
            remedy.Unpin(noun, kind, id, pin, oursToo: false);
            yield return new()
            {
                Rule = LeakRule.PinHidden,

                // In force by a pin its owner cannot find: the owner will attach again or believe it gone.
                Severity = used ? Candidate.High : Candidate.Medium,
                Subject = new("pin", $"pin/{key}{pin.ReachedBy}", id, pin.Path.Value),
                Since = since,
                Summary = $"the pin {Words.Quoted(pin.Path.Value)} of {what}, seen {Words.Since(host, since)}, is under a bpffs that another mount covers: its path no longer leads to it, and it still holds the {noun}"
                    + (used ? ", which is in use." : alone ? ", which nothing else keeps." : "."),
                Cost = new(alone ? bytes : 0, 1),
                Holders = [pin],
                Evidence = Candidate.Evidence(position),
                Remedy = remedy.Verify(
                    alone ? "verify: prints nothing and succeeds once it is gone" : "verify: what is left holds it by something else",
                    alone ? $"sleep 1; ! bpftool {kind} show id {Words.Number(id)} 2>/dev/null" : $"bpftool {kind} show id {Words.Number(id)}"),
                Doubt = Words.Incomplete(host, Needs),
                Needs = Needs,
            };
        }
    }
}
