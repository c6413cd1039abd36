using System.Globalization;

namespace XdpAudit.Kernel;

/// <summary>The effective capabilities in /proc/self/status (capabilities(7)).</summary>
internal static class Capabilities
{
    /// <summary>Those that looking needs, by their bit, and what goes missing without them.</summary>
    internal static readonly (int Bit, string Name, string For)[] Needed =
    [
        (21, "CAP_SYS_ADMIN", "opening objects by id, entering namespaces"),
        (39, "CAP_BPF", "iterators, opening pins"),
        (38, "CAP_PERFMON", "iterators, sensors"),
        (12, "CAP_NET_ADMIN", "attaching and detaching"),
        (19, "CAP_SYS_PTRACE", "descriptors and mount namespaces of other processes"),
        (2, "CAP_DAC_READ_SEARCH", "pins and directories closed to others, hidden namespaces"),
    ];

    /// <summary><c>CapEff:	000001ffffffffff</c>; false when there is no such line.</summary>
    internal static bool TryParse(string status, out ulong effective)
    {
        effective = 0;
        foreach (var line in status.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("CapEff:"))
            {
                return ulong.TryParse(line["CapEff:".Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out effective);
            }
        }

        return false;
    }
}
