using System.Buffers.Text;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>/sys/devices/system/cpu/online: the numbers of the processors that run.</summary>
internal static class OnlineProcessors
{
    internal const string File = "/sys/devices/system/cpu/online";

    /// <summary><c>0-3,8,10-11</c>; false for anything else.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out List<int> numbers)
    {
        numbers = [];
        foreach (var range in text.TrimEnd("\n"u8).Split((byte)','))
        {
            var part = text.TrimEnd("\n"u8)[range];
            if (!Utf8Parser.TryParse(part, out int first, out var used))
            {
                return false;
            }

            var last = first;
            if (used < part.Length && (part[used] != (byte)'-' || !Utf8Parser.TryParse(part[(used + 1)..], out last, out _)))
            {
                return false;
            }

            for (var number = first; number <= last; number++)
            {
                numbers.Add(number);
            }
        }

        return numbers.Count > 0;
    }
}
