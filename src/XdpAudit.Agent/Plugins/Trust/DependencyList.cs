using System.Text.Json;

namespace XdpAudit.Agent;

/// <summary>A .deps.json, as far as it says which files are loaded.</summary>
internal sealed record DependencyList(IReadOnlyList<string> Assets)
{
    private static readonly string[] Kinds = ["runtime", "native", "resources", "runtimeTargets"];

    /// <summary>The list, or why it is none.</summary>
    internal static (DependencyList? List, string? Why) Read(byte[] bytes)
    {
        try
        {
            using var deps = JsonDocument.Parse(bytes);
            var root = deps.RootElement;

            // The runtime's own reader of this file ends the process where one of these is missing (std::logic_error in hostpolicy, .NET 10.0).
            var target = root.GetProperty("runtimeTarget").GetProperty("name").GetString();
            _ = root.GetProperty("targets").GetProperty(target!).EnumerateObject().Count();
            _ = root.GetProperty("libraries").EnumerateObject().Count(l => l.Value.GetProperty("type").GetString() is null);
            return (new(
                [
                    .. root.GetProperty("targets").EnumerateObject().SelectMany(t => t.Value.EnumerateObject()).SelectMany(l => l.Value.EnumerateObject())
                        .Where(k => Kinds.Contains(k.Name)).SelectMany(k => k.Value.EnumerateObject()).Select(a => a.Name),
                    .. root.GetProperty("libraries").EnumerateObject().SelectMany(l => l.Value.EnumerateObject())
                        .Where(p => p.Name is "path" or "hashPath" or "runtimeStoreManifestName" && p.Value.ValueKind == JsonValueKind.String).Select(p => p.Value.GetString()!).Where(p => !PluginText.IsFile(p)),
                ]), null);
        }
        catch (Exception cause) when (cause is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentNullException)
        {
            return (null, cause.Message.TrimEnd('.'));
        }
    }
}
