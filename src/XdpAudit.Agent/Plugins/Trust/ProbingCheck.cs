using System.Text.Json;

namespace XdpAudit.Agent;

/// <summary>Nothing in the folder may make the loader look outside of it: a setting that does loads whatever lies there.</summary>
internal static class ProbingCheck
{
    internal static IEnumerable<PluginRefusal> Run(Examined examined)
    {
        foreach (var file in examined.Content.Files)
        {
            var path = examined.Content.PathOf(file);
            if (file.EndsWith(".dev.json"))
            {
                yield return PluginRefusals.Probing(path, $"'{PluginRefusals.Shown(path)}' is a developer's file: it names directories of the machine it was built on");
            }
            else if (file.EndsWith(".runtimeconfig.json") && Why(file) is { } why)
            {
                yield return PluginRefusals.Probing(path, $"'{PluginRefusals.Shown(path)}' {why}");
            }
            else if (file.EndsWith(".deps.json") && DependencyList.Read(file.Bytes).List is { } list && list.Assets.FirstOrDefault(a => !PluginText.IsFile(a)) is { } elsewhere)
            {
                yield return PluginRefusals.Probing(path, $"'{PluginRefusals.Shown(path)}' names '{PluginRefusals.Shown(elsewhere)}', which is no place below the folder");
            }
        }
    }

    // By name wherever it stands and however it is written: readers differ in which of two they believe.
    private static string? Why(FileContent file)
    {
        try
        {
            using var config = JsonDocument.Parse(file.Bytes, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return Names(config.RootElement).Any(n => n.Contains("probing", StringComparison.OrdinalIgnoreCase)) ? "makes the loader look in more places (additionalProbingPaths)" : null;
        }
        catch (JsonException cause)
        {
            return $"cannot be read: {cause.Message.TrimEnd('.')}";
        }
    }

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Names(p.Value).Prepend(p.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}
