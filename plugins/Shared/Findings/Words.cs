using System.Globalization;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Findings;

/// <summary>What the summaries of all rules have in common. The sentence of a rule is in the rule's file, beside what it judges.</summary>
internal static class Words
{
    internal const string NotUnloaded = "A detach does not unload: the kernel keeps a program until its last holder lets go.";

    /// <summary>For example <c>since 2026-03-01 03:12:00 UTC (2 h 5 min)</c>.</summary>
    internal static string Since(HostIndex host, DateTimeOffset since) => $"since {At(since)} ({Age(host.Now - since)})";

    internal static string At(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    internal static string Age(TimeSpan age) =>
        age < TimeSpan.Zero ? "0 s"
        : age.TotalDays >= 1 ? Two((int)age.TotalDays, "d", age.Hours, "h")
        : age.TotalHours >= 1 ? Two(age.Hours, "h", age.Minutes, "min")
        : age.TotalMinutes >= 1 ? Two(age.Minutes, "min", age.Seconds, "s")
        : string.Create(CultureInfo.InvariantCulture, $"{age.Seconds} s");

    internal static string Program(ProgramView program) => Named("program", program.Id.Value, program.Name);

    internal static string Link(LinkView link) => $"link {link.Id}";

    internal static string Map(MapView map) => Named($"{map.Type} map", map.Id.Value, map.Name);

    internal static string Named(string kind, uint id, string name) =>
        name.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{kind} {id}") : string.Create(CultureInfo.InvariantCulture, $"{kind} {id} {Quoted(name)}");

    internal static string Place(string ifName, Netns netns) => (ifName.Length == 0 ? "an interface" : Quoted(ifName)) + netns.InWords;

    internal static string Process(ProcessIdentity process) => $"pid {Number(process.Pid)}" + (process.Comm is { Length: > 0 } comm ? $" ({Shown(comm)})" : "");

    internal static string Holder(HostIndex host, HolderView holder) => holder switch
    {
        HolderView.Descriptor d when host.IsAuditor(d) => $"the auditor itself (pid {Number(d.Process.Pid)})",
        HolderView.Descriptor d => Process(d.Process) + (d.Fd >= 0 ? $" by fd {Number(d.Fd)}" : " by an fd") + (d.Thread is { } t ? $" of its thread {Number(t)}" : ""),
        HolderView.Pin { Hidden: true } p => $"the hidden pin {Quoted(p.Path.Value)}",
        HolderView.Pin p when p.ReachedBy != p.Path.Value => $"the pin {Quoted(p.Path.Value)} of another mount namespace",
        HolderView.Pin p => $"the pin {Quoted(p.Path.Value)}",
        HolderView.Link l => $"link {l.Id}" + (l.Defunct ? ", which is defunct" : ""),
        HolderView.Netlink n => $"the netlink attachment at {Quoted(n.IfName)}",
        HolderView.MapElement m => $"element {Number(m.Index)} of {m.MapType} map {m.MapId}",
        HolderView.Program p => $"program {p.Id}",
        HolderView.Unexplained u => Shown(u.Why),
        _ => "a holder of a kind that is not known here",
    };

    /// <summary>All holders in one enumeration; the first three and a count when there are many.</summary>
    internal static string Holders(HostIndex host, IEnumerable<HolderView> holders)
    {
        var all = holders.Where(h => h is not HolderView.Unexplained).Select(h => Holder(host, h)).ToList();
        return all.Count > 4 ? $"{string.Join(", ", all.Take(3))} and {Number(all.Count - 3)} more" : Enumerate(all);
    }

    internal static string Enumerate(IReadOnlyList<string> words) => words.Count switch
    {
        0 => "nothing that can be seen",
        1 => words[0],
        _ => $"{string.Join(", ", words.SkipLast(1))} and {words[^1]}",
    };

    /// <summary>Why an attachment ended, after <c>it ended because</c>.</summary>
    internal static string Because(string? why) => why switch
    {
        "asked" => "it was detached",
        "interface-gone" => "the interface went away",
        "netns-gone" => "the network namespace went away",
        "interface-moved" => "the interface moved to another network namespace",
        "replaced" => "another program took its place",
        _ => "of something nobody saw",
    };

    internal static string LoadedBy(ProgramView program) =>
        program.LoadedBy is { } by ? $"loaded {At(program.LoadedAt)} by {Process(by)}"
        : program.Uid is { } uid ? $"loaded {At(program.LoadedAt)} by uid {uid.ToString(CultureInfo.InvariantCulture)}"
        : $"loaded {At(program.LoadedAt)}";

    /// <summary>Parts of what a finding rests on that were not seen to the end; null when all were.</summary>
    internal static string? Incomplete(HostIndex host, IReadOnlyList<string> needs)
    {
        if (host.View.Coverage is not { } coverage)
        {
            return "no look has told what it covered";
        }

        var parts = coverage.Parts().Where(part => needs.Contains(part.Name) && !part.Part.Complete).Select(part =>
            part.Part.Gaps is [var first, ..]
                ? $"{part.Name} ({Shown(first.What)}: {Shown(first.Why)}{(part.Part.Gaps.Count > 1 ? $", and {Number(part.Part.Gaps.Count - 1)} more" : "")})"
                : part.Name).ToList();
        return parts.Count == 0 ? null : $"not looked at to the end: {string.Join("; ", parts)}";
    }

    internal static string? Doubt(params string?[] doubts) => doubts.OfType<string>().ToList() is { Count: > 0 } some ? string.Join("; ", some) : null;

    internal static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    internal static string Capital(string sentence) => sentence.Length == 0 ? "" : char.ToUpperInvariant(sentence[0]) + sentence[1..];

    internal static string Quoted(string name) => $"'{Shown(name)}'";

    /// <summary>A name may hold anything a stranger likes: what would move a cursor or turn the reading direction is written as <c>\uNNNN</c>.</summary>
    internal static string Shown(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            _ = char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
                ? text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                : text.Append(c);
        }

        return text.ToString();
    }

    private static string Two(int large, string largeUnit, int small, string smallUnit) =>
        small == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{large} {largeUnit}")
            : string.Create(CultureInfo.InvariantCulture, $"{large} {largeUnit} {small} {smallUnit}");
}
