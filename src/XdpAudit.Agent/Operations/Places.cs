using System.Globalization;

namespace XdpAudit.Agent;

/// <summary>Finds the interface a person names, in the namespace a person names, among what the last look saw.</summary>
internal static class Places
{
    /// <summary>Reads <c>NAME</c> or <c>NAME@NETNS</c>.</summary>
    internal static (AttachPointKey Place, InterfaceFacts Names) Parse(HostState host, Observation seen, string text)
    {
        var at = text.LastIndexOf('@');
        return at < 0 ? Find(host, seen, text, null) : Find(host, seen, text[..at], text[(at + 1)..]);
    }

    internal static (AttachPointKey Place, InterfaceFacts Names) Find(HostState host, Observation seen, string name, string? netns)
    {
        var space = Netns(seen, netns);
        var there = seen.Interfaces.Where(i => i.Netns == space.Cookie).ToList();
        var found = there.FirstOrDefault(i => i.Name == name)
            ?? throw Refusals.NoInterface(name, netns, Selection.Similar(name, there.Select(i => i.Name)));
        return (
            new(seen.Host, seen.Boot, found.Netns, found.IfIndex),
            new(found.Name, space.Name, space.Inode, space.Path, space.Own));
    }

    private static ObservedNamespace Netns(Observation seen, string? text)
    {
        var found = text switch
        {
            null => seen.Namespaces.FirstOrDefault(n => n.Own),
            _ when text.StartsWith("cookie:", StringComparison.Ordinal) && ulong.TryParse(text["cookie:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var cookie) =>
                seen.Namespaces.FirstOrDefault(n => n.Cookie.Value == cookie),
            _ => seen.Namespaces.FirstOrDefault(n => n.Name == text || n.Path == text || text == $"/run/netns/{n.Name}" || text == $"/var/run/netns/{n.Name}"),
        };
        return found ?? throw Refusals.NoNetns(text ?? "the auditor's own", [.. seen.Namespaces.Select(n => n.Name).OfType<string>().Order(StringComparer.Ordinal).Take(10)]);
    }
}
