using System.Globalization;

namespace XdpAudit.Cli;

/// <summary>
/// Finds the lines of a verifier log that tell why a program was refused. A log has thousands of lines; the verdict is the last words before
/// <c>processed N insns</c>, and what it speaks of is the instruction before it and that one's source line:
/// <code>
/// ; return *(int *)(long)ctx->data; @ refused.c:3
/// 1: (61) r0 = *(u32 *)(r1 +0)
/// invalid access to packet, off=0 size=4, R1(id=0,off=0,r=0)
/// R1 offset is outside of the packet
/// processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
/// </code>
/// </summary>
internal static class VerifierLog
{
    private const int MostVerdict = 8;
    private const int MostInstructions = 3;

    /// <summary>The telling lines in order, and how many others there are before and after.</summary>
    internal static (IReadOnlyList<string> Lines, int Omitted) Cut(string log)
    {
        var lines = log.Split('\n').Select(l => l.TrimEnd()).ToList();
        var whole = lines.Count(l => l.Length > 0);
        var processed = lines.FindLastIndex(IsSummary);
        if (processed >= 0)
        {
            lines.RemoveRange(processed, lines.Count - processed);
        }

        lines.RemoveAll(l => l.Length == 0 || IsFrame(l) || IsStatistic(l));
        var verdict = lines.Count;
        while (verdict > 0 && lines.Count - verdict < MostVerdict && !IsTrace(lines[verdict - 1]))
        {
            verdict--;
        }

        var first = verdict;
        while (first > 0 && verdict - first < MostInstructions && IsInstruction(lines[first - 1]))
        {
            first--;
        }

        var telling = lines.Skip(first).ToList();
        var source = first < verdict ? lines.FindLastIndex(first, IsSource) : lines.FindLastIndex(IsSource);
        if (source >= 0 && source < first)
        {
            telling.Insert(0, lines[source]);
        }

        return (telling, whole - telling.Count);
    }

    /// <summary>How a cut log says what it left out; empty when nothing.</summary>
    internal static string Omission(int omitted) => omitted switch
    {
        0 => "",
        1 => "1 line omitted",
        _ => string.Create(CultureInfo.InvariantCulture, $"{omitted} lines omitted"),
    };

    private static bool IsSummary(string line) => line.StartsWith("processed ", StringComparison.Ordinal) && line.Contains(" insns", StringComparison.Ordinal);

    // libbpf's own words around the log.
    private static bool IsFrame(string line) =>
        line.StartsWith("libbpf: ", StringComparison.Ordinal) || line.StartsWith("-- BEGIN", StringComparison.Ordinal) || line.StartsWith("-- END", StringComparison.Ordinal);

    // Printed before the summary at log levels that ask for it.
    private static bool IsStatistic(string line) =>
        line.StartsWith("verification time ", StringComparison.Ordinal) || line.StartsWith("stack depth ", StringComparison.Ordinal);

    // Compilers give some instructions line 0 and no text.
    private static bool IsSource(string line) => line.StartsWith(';') && !line.AsSpan(1).TrimStart().StartsWith("@ ", StringComparison.Ordinal);

    // 17: (61) r2 = *(u32 *)(r1 +4)      ; R1=ctx()
    private static bool IsInstruction(string line)
    {
        var digits = line.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return digits > 0 && line.AsSpan(digits).StartsWith(": (", StringComparison.Ordinal);
    }

    private static bool IsTrace(string line)
    {
        var digits = line.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return line.StartsWith(';') || (digits > 0 && digits < line.Length && line[digits] == ':')
            || line.StartsWith("from ", StringComparison.Ordinal) || line.StartsWith("mark_precise", StringComparison.Ordinal)
            || line.StartsWith("func#", StringComparison.Ordinal) || line.StartsWith("caller", StringComparison.Ordinal)
            || line.StartsWith("callee", StringComparison.Ordinal) || line.StartsWith("frame", StringComparison.Ordinal);
    }
}
