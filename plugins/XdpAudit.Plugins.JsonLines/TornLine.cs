using Microsoft.Win32.SafeHandles;

namespace XdpAudit.Plugins.JsonLines;

/// <summary>Finds where the whole lines of a file end.</summary>
internal static class TornLine
{
    private const int Step = 1 << 16;

    /// <summary>Every line of ours begins so; what does not is another's file, of which nothing may be cut.</summary>
    private static ReadOnlySpan<byte> Beginning => "{\"id\":\""u8;

    /// <exception cref="SinkTrouble">It ends in something that is no beginning of a line of ours.</exception>
    internal static long EndOfWholeLines(SafeFileHandle file, string path)
    {
        var length = RandomAccess.GetLength(file);
        var end = AfterLastNewline(file, length);
        if (end == length)
        {
            return end;
        }

        Span<byte> torn = stackalloc byte[Beginning.Length];
        torn = torn[..RandomAccess.Read(file, torn, end)];
        return Beginning.StartsWith(torn) ? end : throw new SinkTrouble($"cannot write '{path}': its last line is not one of this sink; name another file, or move that one away");
    }

    private static long AfterLastNewline(SafeFileHandle file, long length)
    {
        var buffer = new byte[Step];
        for (var end = length; end > 0;)
        {
            var begin = Math.Max(0, end - Step);
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)(end - begin)), begin);
            if (buffer.AsSpan(0, read).LastIndexOf((byte)'\n') is >= 0 and var at)
            {
                return begin + at + 1;
            }

            end = begin;
        }

        return 0;
    }
}
