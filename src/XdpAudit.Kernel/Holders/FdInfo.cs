using System.Buffers.Text;

namespace XdpAudit.Kernel;

/// <summary>/proc/PID/fdinfo/N of a BPF object (kernel/bpf/syscall.c, bpf_*_show_fdinfo).</summary>
internal static class FdInfo
{
    /// <summary>The number after a name at the start of a line: <c>prog_id:	12</c>. False when there is no such line.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> content, ReadOnlySpan<byte> name, out ulong value)
    {
        foreach (var range in content.Split((byte)'\n'))
        {
            var line = content[range];
            if (line.Length > name.Length && line.StartsWith(name) && line[name.Length] == (byte)':')
            {
                return Utf8Parser.TryParse(line[(name.Length + 1)..].TrimStart("\t "u8), out value, out _);
            }
        }

        value = 0;
        return false;
    }
}
