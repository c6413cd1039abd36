using System.Globalization;

namespace XdpAudit.Server;

/// <summary>What <c>doctor</c> says of a sink: whether it delivers, how far behind it is, and what its receiver will never have.</summary>
internal static class SinkChecks
{
    internal static IEnumerable<DoctorCheck> Of(string id, SinkStatus sink)
    {
        var name = $"sink {id}";
        var places = string.Join(", ", sink.Journals.OrderBy(j => j.Key, StringComparer.Ordinal).Select(j => string.Create(
            CultureInfo.InvariantCulture, $"{j.Key} at position {j.Value.Position}{(j.Value.Behind > 0 ? $", {j.Value.Behind} behind" : "")}")));
        yield return sink.Trouble is { } trouble
            ? new(name, "failed", string.Create(CultureInfo.InvariantCulture, $"delivers nothing since {sink.TroubleSince:u}: {trouble} ({places})"), "nothing is lost, it waits in the journal and is tried again; see to what the message names")
            : new(name, "ok", $"{sink.Target}: {places}", null);
        if (sink.DeadLetters > 0)
        {
            yield return new(
                name,
                "note",
                string.Create(CultureInfo.InvariantCulture, $"{sink.DeadLetters} events were refused for good{(sink.LastRefused is { } why ? $", the last because {why}" : "")}"),
                sink.DeadLetterFile is { } file ? $"they stand with their reasons in {file}" : null);
        }

        if (sink.Remark is { } remark)
        {
            yield return new(name, "note", remark, "see what the receiver misses: positions are dense");
        }
    }
}
