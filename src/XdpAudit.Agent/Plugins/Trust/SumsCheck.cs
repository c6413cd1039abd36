using System.Text;
using System.Text.RegularExpressions;

namespace XdpAudit.Agent;

/// <summary>Where the folder brought its own sums along, they are right and of every file.</summary>
internal static partial class SumsCheck
{
    internal static IEnumerable<PluginRefusal> Run(Examined examined)
    {
        if (examined.Content[FolderDigest.Sums] is not { } file)
        {
            yield break;
        }

        var path = examined.Content.PathOf(file);
        var sums = new Dictionary<string, string>();
        foreach (var line in Encoding.UTF8.GetString(file.Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Line().Match(line) is not { Success: true } sum || !sums.TryAdd(sum.Groups[2].Value, sum.Groups[1].Value))
            {
                yield return PluginRefusals.Sums(path, $"'{PluginRefusals.Shown(path)}' is no list of sums as sha256sum writes it");
                yield break;
            }
        }

        foreach (var own in examined.Content.Files.Where(f => f != file))
        {
            if (!sums.Remove(own.Name, out var sum))
            {
                yield return PluginRefusals.Sums(examined.Content.PathOf(own), $"'{PluginRefusals.Shown(path)}' does not name '{PluginRefusals.Shown(own.Name)}'");
            }
            else if (sum != own.Sha256)
            {
                yield return PluginRefusals.Sums(examined.Content.PathOf(own), $"'{PluginRefusals.Shown(own.Name)}' is not what '{PluginRefusals.Shown(path)}' says", $"sha256:{sum}", $"sha256:{own.Sha256}");
            }
        }

        foreach (var gone in sums.Keys)
        {
            yield return PluginRefusals.Sums(Path.Combine(examined.Content.Path, gone), $"'{PluginRefusals.Shown(path)}' names '{PluginRefusals.Shown(gone)}', which is not there");
        }
    }

    [GeneratedRegex(@"^([0-9a-f]{64}) [ *](.+)\z")]
    private static partial Regex Line();
}
