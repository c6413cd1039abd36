using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Holders for people.</summary>
internal static class HolderRenderer
{
    internal static void List(IReadOnlyList<HolderView> holders, Page page) => page.Table(
        ["KIND", "SINCE", "WHAT"],
        holders.Select(h => new Cell[] { Kind(h), page.Age(h.Since), What(h) }));

    /// <summary>In one line: <c>fd 7 of loader[4242] uid 0 /usr/bin/loader since 2h ago</c>.</summary>
    internal static string Line(HolderView holder, Page page) =>
        $"{Words(holder)}{(holder.Since is { } since ? $", since {Moments.Text(since)} ({Moments.Age(since, page.Now)})" : "")}";

    /// <summary>In a few words, for a column: <c>fd loader[4242]</c>.</summary>
    internal static string Brief(HolderView holder) => holder switch
    {
        HolderView.Descriptor d => $"fd of {ProcessText.Short(d.Process)}",
        HolderView.Pin p => $"pin {p.Path}",
        HolderView.Unexplained => "unknown",
        _ => $"{Kind(holder)} {What(holder)}",
    };

    /// <summary>The first few of them for a column, and how many more there are.</summary>
    internal static string Brief(IReadOnlyList<HolderView> holders)
    {
        const int shown = 2;
        var words = string.Join(", ", holders.Take(shown).Select(Brief));
        return holders.Count > shown ? string.Create(CultureInfo.InvariantCulture, $"{words}, {holders.Count - shown} more") : words;
    }

    private static string Words(HolderView holder) => holder switch
    {
        HolderView.Unexplained u => $"unknown: {u.Why}",
        HolderView.Descriptor { Fd: < 0 } d => $"an fd of {What(d)}",
        _ => $"{Kind(holder)} {What(holder)}",
    };

    private static string Kind(HolderView holder) => holder switch
    {
        HolderView.Descriptor => "fd",
        HolderView.Pin => "pin",
        HolderView.Link => "link",
        HolderView.Netlink => "netlink",
        HolderView.MapElement => "map",
        HolderView.Program => "program",
        HolderView.Unexplained => "unknown",
        _ => throw new System.Diagnostics.UnreachableException($"holder {holder.GetType().Name}"),
    };

    private static string What(HolderView holder) => holder switch
    {
        HolderView.Descriptor d => string.Create(
            CultureInfo.InvariantCulture,
            $"{(d.Fd < 0 ? "" : $"{d.Fd} of ")}{ProcessText.Long(d.Process)}{(d.Thread is { } t ? $", thread {t}" : "")}{(d.Auditor ? ", which is the auditor" : "")}"),
        HolderView.Pin p => $"{p.Path}{(p.Hidden ? ", hidden under another mount" : "")}{(p.ReachedBy == p.Path.Value || p.ReachedBy.Length == 0 ? "" : $", reached by {p.ReachedBy}")}",
        HolderView.Link l => $"{l.Id}{(l.Defunct ? ", defunct" : "")}",
        HolderView.Netlink n => $"{n.IfName} {n.Mode.Text()}",
        HolderView.MapElement m => string.Create(CultureInfo.InvariantCulture, $"{m.MapId} element {m.Index}, {m.MapType}"),
        HolderView.Program p => $"{p.Id}",
        HolderView.Unexplained u => u.Why,
        _ => throw new System.Diagnostics.UnreachableException($"holder {holder.GetType().Name}"),
    };
}
