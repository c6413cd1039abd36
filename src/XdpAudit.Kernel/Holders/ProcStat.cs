using System.Buffers.Text;

namespace XdpAudit.Kernel;

/// <summary>/proc/PID/stat (proc_pid_stat(5)).</summary>
internal static class ProcStat
{
    /// <summary>
    /// <c>4711 (some ) name) S 1 ... </c>: the name is whatever the process chose, brackets and spaces and line breaks included, so it ends at
    /// the last bracket. Field 22 is the start time in clock ticks since boot.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> comm, out ulong startTicks)
    {
        comm = [];
        startTicks = 0;
        var open = line.IndexOf((byte)'(');
        var close = line.LastIndexOf((byte)')');
        if (open < 0 || close < open)
        {
            return false;
        }

        comm = line[(open + 1)..close];
        var field = 2;
        foreach (var range in line[(close + 1)..].Split((byte)' '))
        {
            var text = line[(close + 1)..][range];
            if (text.IsEmpty)
            {
                continue;
            }

            if (++field == 22)
            {
                return Utf8Parser.TryParse(text, out startTicks, out _);
            }
        }

        return false;
    }
}
