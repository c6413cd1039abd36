namespace XdpAudit.Core;

/// <summary>What is different on a host between two moments.</summary>
public static class HostDiff
{
    /// <summary>Objects that appeared, went or changed, in the order programs, links, attachments, maps.</summary>
    public static DiffView Of(HostView before, HostView after) => new()
    {
        From = before.At,
        To = after.At,
        Lines =
        [
            .. Lines("program", Living(before.Programs, p => p.Ended), Living(after.Programs, p => p.Ended), p => p.Key.Value, p => p.Name, Program),
            .. Lines("link", Living(before.Links, l => l.Ended), Living(after.Links, l => l.Ended), l => l.Key.Value, l => $"link {l.Id}", Link),
            .. Lines("attachment", before.Attachments, after.Attachments, a => $"{a.AttachPoint}/{a.Mode.Text()}", a => a.IfName, Attachment),
            .. Lines("map", Living(before.Maps, m => m.Ended), Living(after.Maps, m => m.Ended), m => m.Key.Value, m => m.Name, Map),
        ],
    };

    private static IEnumerable<T> Living<T>(IEnumerable<T> all, Func<T, EndView?> ended) => all.Where(x => ended(x) is null);

    private static IEnumerable<DiffLine> Lines<T>(
        string kind, IEnumerable<T> before, IEnumerable<T> after, Func<T, string> key, Func<T, string> name, Func<T, string> words)
    {
        var old = before.ToDictionary(key);
        foreach (var now in after)
        {
            if (!old.Remove(key(now), out var was))
            {
                yield return new("appeared", kind, key(now), name(now), words(now));
            }
            else if (words(was) != words(now))
            {
                yield return new("changed", kind, key(now), name(now), $"{words(was)} -> {words(now)}");
            }
        }

        foreach (var gone in old.Values)
        {
            yield return new("gone", kind, key(gone), name(gone), words(gone));
        }
    }

    private static string Program(ProgramView p) =>
        $"program {p.Id} {p.State}"
        + (p.Attachments.Count > 0 ? $" on {string.Join(", ", p.Attachments.Select(a => a.IfName))}" : "")
        + $", held by {string.Join(", ", p.Holders.Select(HolderViews.Words))}";

    private static string Link(LinkView l) => $"{l.State} {l.IfName} program {l.ProgramId} ({l.ProgramName}), held by {string.Join(", ", l.Holders.Select(HolderViews.Words))}";

    private static string Attachment(AttachmentView a) => $"program {a.ProgramId} ({a.ProgramName}) {a.Mode.Text()} by {(a.LinkId is { } l ? $"link {l}" : "netlink")}";

    private static string Map(MapView m) => $"map {m.Id} {m.Type} used by {string.Join(", ", m.UsedBy)}";
}
