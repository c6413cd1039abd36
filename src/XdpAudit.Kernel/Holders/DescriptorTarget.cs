namespace XdpAudit.Kernel;

/// <summary>The target of a link in /proc/PID/fd (proc_pid_fd(5)).</summary>
internal static class DescriptorTarget
{
    /// <summary>
    /// <c>anon_inode:bpf-prog</c>, <c>anon_inode:bpf-map</c>, <c>anon_inode:bpf_link</c> from BPF_LINK_CREATE and <c>anon_inode:bpf-link</c> from
    /// any other way, <c>net:[4026532248]</c> with its inode. False for anything else.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<byte> target, out FileKind kind, out uint inode)
    {
        inode = 0;
        kind = 0;
        if (target.StartsWith("anon_inode:bpf"u8))
        {
            var name = target["anon_inode:bpf"u8.Length..];
            kind = name.SequenceEqual("-prog"u8) ? FileKind.Program
                : name.SequenceEqual("-map"u8) ? FileKind.Map
                : name.SequenceEqual("-link"u8) || name.SequenceEqual("_link"u8) ? FileKind.Link
                : 0;
        }
        else if (target.StartsWith("net:["u8) && NamespaceLink.TryParse(target, out var number))
        {
            kind = FileKind.Netns;
            inode = (uint)number;
        }

        return kind != 0;
    }
}
