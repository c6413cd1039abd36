using System.Text.Json;

namespace XdpAudit.Store;

/// <summary>States as the read model keeps them.</summary>
internal static class StateText
{
    internal static string Write(SubjectState state) => JsonSerializer.Serialize(state, StateJson.Default.SubjectState);

    /// <summary>A text as it stands within a state.</summary>
    internal static string Write(string text) => JsonSerializer.Serialize(text, StateJson.Default.String);

    internal static SubjectState Read(string json) =>
        JsonSerializer.Deserialize(json, StateJson.Default.SubjectState) ?? throw new JsonException("a stored state is null");

    /// <summary>It lives, or Core says that it has to be known all the same.</summary>
    internal static bool IsKnown(SubjectState state) => state.Ended is null || HostState.Keeps(state);
}
