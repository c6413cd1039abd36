using System.Text.Json;

namespace XdpAudit.Core.Tests;

/// <summary>States and events as text that is the same when they say the same.</summary>
internal static class Canonical
{
    private static readonly HashSet<string> OfTheJournal = ["last_position", "last_recorded_at"];

    /// <summary>All that a state says of some subjects, without their places in the journal.</summary>
    internal static string Of(HostState state, IEnumerable<string> subjects) => string.Join('\n', subjects.Select(s => Of(Find(state, s))));

    private static string Of(SubjectState? state)
    {
        if (state is null)
        {
            return "not known";
        }

        var json = JsonSerializer.SerializeToNode(state, StateJson.Default.SubjectState)!.AsObject();
        foreach (var name in OfTheJournal)
        {
            json.Remove(name);
        }

        return json.ToJsonString();
    }

    internal static string Whole(SubjectState state) => JsonSerializer.Serialize(state, StateJson.Default.SubjectState);

    internal static string Of(JournalEvent fact) => $"{EventNames.Of(fact)} {System.Text.Encoding.UTF8.GetString(EventJson.Write(fact))}";

    private static SubjectState? Find(HostState state, string subject) => subject[..subject.IndexOf('/', StringComparison.Ordinal)] switch
    {
        ProgramKey.Kind => state.Programs.GetValueOrDefault(ProgramKey.From(subject)),
        LinkKey.Kind => state.Links.GetValueOrDefault(LinkKey.From(subject)),
        MapKey.Kind => state.Maps.GetValueOrDefault(MapKey.From(subject)),
        AttachPointKey.Kind => state.AttachPoints.GetValueOrDefault(AttachPointKey.From(subject)),
        OperationEvent.Kind => state.Operations.GetValueOrDefault(new(subject[(OperationEvent.Kind.Length + 1)..])),
        _ => state.Watch,
    };

    internal static IEnumerable<(string Subject, SubjectState State)> Subjects(HostState state) =>
        state.Programs.Select(p => (p.Key.Value, (SubjectState)p.Value))
        .Concat(state.Watch is { } w ? [(HostSubject.Of(w.Host), w)] : [])
        .Concat(state.Links.Select(p => (p.Key.Value, (SubjectState)p.Value)))
        .Concat(state.Maps.Select(p => (p.Key.Value, (SubjectState)p.Value)))
        .Concat(state.AttachPoints.Select(p => (p.Key.Value, (SubjectState)p.Value)))
        .Concat(state.Operations.Select(p => ($"{OperationEvent.Kind}/{p.Key}", (SubjectState)p.Value)))
        .OrderBy(s => s.Item1, StringComparer.Ordinal);
}
