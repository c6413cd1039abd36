using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Findings;

/// <summary>A network namespace and the ways to speak of it.</summary>
internal sealed record Netns(NetnsCookie Cookie, string? Name, string? Path, bool Own)
{
    internal static Netns Of(AttachmentView attachment) => new(attachment.Netns, attachment.NetnsName, attachment.NetnsPath, attachment.OwnNetns);

    internal static Netns? Of(LinkView link) => link.AttachPoint is { } point ? new(point.Netns, link.NetnsName, null, false) : null;

    internal Netns With(Netns other) => new(Cookie, Name ?? other.Name, Path ?? other.Path, Own || other.Own);

    /// <summary>For a summary: nothing for our own, which a reader takes for granted.</summary>
    internal string InWords => Own ? "" : Name is { } name ? $" in netns {Words.Quoted(name)}" : $" in the netns with cookie {Cookie}";

    /// <summary>The selector of an interface as xdpaudit takes it. A name with an @ would be cut in the wrong place: then the cookie.</summary>
    internal string Selector(string ifName) =>
        Own ? $"interface:{ifName}" : Name is { } name && !name.Contains('@', StringComparison.Ordinal) ? $"interface:{ifName}@{name}" : $"interface:{ifName}@cookie:{Cookie}";

    /// <summary>What xdpaudit takes for --netns; null for our own.</summary>
    internal string? Option => Own ? null : Name ?? $"cookie:{Cookie}";

    /// <summary>A shell line that runs <paramref name="command"/> in the namespace; null when no path leads into it. Not ip netns exec: that hides bpffs.</summary>
    internal string? Enter(string command) =>
        Own ? command
        : Name is { } name ? $"nsenter --net={Sh.Quote("/run/netns/" + name)} {command}"
        : Path is { } path ? $"nsenter --net={Sh.Quote(path)} {command}"
        : null;

    /// <summary>As <see cref="Enter"/> for ip(8), which finds named namespaces itself.</summary>
    internal string? Ip(string arguments) => !Own && Name is { } name ? $"ip -n {Sh.Quote(name)} {arguments}" : Enter($"ip {arguments}");
}
