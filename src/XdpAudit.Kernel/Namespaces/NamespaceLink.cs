using System.Buffers.Text;

namespace XdpAudit.Kernel;

/// <summary>The target of a link in /proc/PID/ns (namespaces(7)).</summary>
internal static class NamespaceLink
{
    /// <summary>Reads the inode of <c>net:[4026531833]</c>, also of the root of an nsfs mount in mountinfo.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> target, out ulong inode)
    {
        inode = 0;
        var open = target.IndexOf(":["u8);
        return open >= 0 && target[^1] == ']'
            && Utf8Parser.TryParse(target[(open + 2)..^1], out inode, out var used) && used == target.Length - open - 3;
    }
}
