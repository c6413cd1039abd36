using System.Text.Json;

namespace XdpAudit.Agent;

/// <summary>plugin.json: that it is there, in order, and says what was approved.</summary>
internal static class ManifestCheck
{
    // Strict where a word may be meant for another member; lenient to members of a later version.
    private static readonly PluginManifestJson Json = new(new(PluginManifestJson.Default.Options) { AllowDuplicateProperties = false, RespectNullableAnnotations = true });

    internal static IEnumerable<PluginRefusal> Run(Examined examined)
    {
        var path = Path.Combine(examined.Content.Path, PluginManifest.FileName);
        if (examined.Content[PluginManifest.FileName] is not { } file)
        {
            return [PluginRefusals.Manifest(path, $"there is no '{PluginRefusals.Shown(path)}'")];
        }

        try
        {
            examined.Manifest = Whole(JsonSerializer.Deserialize(file.Bytes, Json.PluginManifest));
        }
        catch (JsonException cause)
        {
            return [PluginRefusals.Manifest(path, $"'{PluginRefusals.Shown(path)}' cannot be read: {cause.Message.TrimEnd('.')}")];
        }

        if (examined.Manifest is not { } manifest)
        {
            return [PluginRefusals.Manifest(path, $"'{PluginRefusals.Shown(path)}' is null")];
        }

        if (Why(manifest) is { } why)
        {
            examined.Manifest = null;
            return [PluginRefusals.Manifest(path, $"'{PluginRefusals.Shown(path)}': {why}")];
        }

        return examined.Entry is { } entry ? Differences(path, examined.Content.Path, manifest, entry) : [];
    }

    // Compiled readers of JSON leave a member that is not written null, whatever its declaration says.
    private static PluginManifest? Whole(PluginManifest? read) => read is null ? null : read with
    {
        Isolation = read.Isolation ?? PluginIsolation.Process,
        NativeLibraries = read.NativeLibraries ?? [],
        LinuxCapabilities = read.LinuxCapabilities ?? [],
        Description = read.Description ?? "",
        Owner = read.Owner ?? "",
    };

    private static string? Why(PluginManifest manifest) =>
        manifest.Schema != 1 ? $"its schema is {manifest.Schema}, and this auditor reads 1"
        : !PluginText.IsId(manifest.Id) ? $"the id '{PluginRefusals.Shown(manifest.Id)}' is none: {PluginText.IdForm}"
        : !PluginKind.All.Contains(manifest.Kind) ? $"the kind is '{PluginRefusals.Shown(manifest.Kind)}', none of {string.Join(", ", PluginKind.All)}"
        : manifest.Isolation is not (PluginIsolation.Process or PluginIsolation.InProcess) ? $"the isolation is '{PluginRefusals.Shown(manifest.Isolation)}', neither {PluginIsolation.Process} nor {PluginIsolation.InProcess}"
        : !PluginText.IsEntry(manifest.Entry) ? $"the entry '{PluginRefusals.Shown(manifest.Entry)}' is no name of a .dll in the folder"
        : !Version.TryParse(manifest.Contract, out var contract) || contract.Build != -1 ? $"the contract '{PluginRefusals.Shown(manifest.Contract)}' is no MAJOR.MINOR"
        : ((string[])[manifest.Version, manifest.Description, manifest.Owner, .. manifest.NativeLibraries, .. manifest.LinuxCapabilities]).All(PluginText.IsOneLine) ? null
        : "a member has characters that cannot be printed";

    private static IEnumerable<PluginRefusal> Differences(string path, string folder, PluginManifest manifest, AllowEntry entry) =>
        from pair in ((string What, string Says, string Approved)[])
        [
            ("id", manifest.Id, entry.Id), ("version", manifest.Version, entry.Version), ("kind", manifest.Kind, entry.Kind), ("entry", manifest.Entry, entry.Entry),
        ]
        where pair.Says != pair.Approved
        select PluginRefusals.Manifest(
            path, $"'{PluginRefusals.Shown(path)}' says {pair.What} '{PluginRefusals.Shown(pair.Says)}', and '{PluginRefusals.Shown(pair.Approved)}' was approved",
            $"look at it and approve it again: xdpaudit plugin approve {PluginRefusals.Quoted(folder)}", pair.Approved, pair.Says);
}
