using System.Text.Json;

namespace XdpAudit.Core.Tests;

/// <summary>States and events as text that is the same when they say the same.</summary>
internal static class Canonical
{
    private static readonly HashSet<string> OfTheJournal = ["last_position", "last_recorded_at"];

    /// <summary>All that a state says, without its place in the journal.</summary>
    internal static string Of(HostState state) => string.Join('\n', Subjects(state).Select(s => Of(s.State)));

    internal static string Of(SubjectState state)
    {
        var json = JsonSerializer.SerializeToNode(state, StateJson.Default.SubjectState)!.AsObject();
        foreach (var name in OfTheJournal)
        {
            json.Remove(name);
        }

        return json.ToJsonString();
    }

    internal static string Whole(SubjectState state) => JsonSerializer.Serialize(state, StateJson.Default.SubjectState);

    internal static string Of(JournalEvent fact) => $"{EventNames.Of(fact)} {System.Text.Encoding.UTF8.GetString(EventJson.Write(fact))}";

    internal static IEnumerable<(string Subject, SubjectState State)> Subjects(HostState state) =>
        state.Programs.Select(p => (p.Key.Value, (SubjectState)p.Value))
        .Concat(state.Watch is { } w ? [(HostSubject.Of(w.Host), w)] : [])
        .Concat(state.Links.Select(p => (p.Key.Value, (SubjectState)p.Value)))
        .Concat(state.Maps.Select(p => (p.Key.Value, (SubjectState)p.Value)))
        .Concat(state.AttachPoints.Select(p => (p.Key.Value, (SubjectState)p.Value)))
        .Concat(state.Operations.Select(p => ($"{OperationEvent.Kind}/{p.Key}", (SubjectState)p.Value)))
        .OrderBy(s => s.Item1, StringComparer.Ordinal);
}
