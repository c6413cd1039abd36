using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>A sink, for people: how far it has come, and what keeps it.</summary>
internal static class SinkRenderer
{
    internal static IEnumerable<Cell> Lines(string id, SinkStatus sink, Page page)
    {
        var behind = sink.Journals.Values.Sum(j => j.Behind);
        var places = string.Join(", ", sink.Journals.OrderBy(j => j.Key, StringComparer.Ordinal).Select(j => $"{j.Key} at {Number(j.Value.Position)}"));
        yield return sink.Trouble is { } trouble
            ? new($"{id}: {Number(behind)} behind since {page.When(sink.TroubleSince ?? default)}: {trouble}", Tone.Bad)
            : new($"{id}: {sink.Target}, {(behind == 0 ? "all delivered" : $"{Number(behind)} behind")}{(places.Length > 0 ? $" ({places})" : "")}", behind == 0 ? Tone.Good : Tone.Warn);
        if (sink.DeadLetters > 0)
        {
            yield return new($"{id}: {Number(sink.DeadLetters)} refused for good{(sink.DeadLetterFile is { } file ? $", see {file}" : "")}", Tone.Warn);
        }

        if (sink.Remark is { } remark)
        {
            yield return new($"{id}: {remark}", Tone.Warn);
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
