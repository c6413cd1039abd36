namespace XdpAudit.Agent;

/// <summary>
/// The main assembly is a plugin, and nothing in the folder was built with a contract that this auditor does not speak: the same major version, and a
/// minor that is not later than ours. That holds for major 0 too: within a major, minors only add.
/// </summary>
internal static class ContractCheck
{
    internal static IEnumerable<PluginRefusal> Run(Examined examined)
    {
        if (examined.Main is not { } main)
        {
            yield break;
        }

        var path = Path.Combine(examined.Content.Path, main);
        var assembly = examined.Assemblies.FirstOrDefault(a => a.File.Name == main);
        if (assembly is null)
        {
            yield return PluginRefusals.Entry(path, examined.Content[main] is null ? $"there is no main assembly '{PluginRefusals.Shown(path)}'" : $"'{PluginRefusals.Shown(path)}' is no .NET assembly");
            yield break;
        }

        if (!assembly.Name.Equals(Path.GetFileNameWithoutExtension(main), StringComparison.OrdinalIgnoreCase))
        {
            yield return PluginRefusals.Entry(path, $"'{PluginRefusals.Shown(path)}' is assembly '{PluginRefusals.Shown(assembly.Name)}': the loader finds assemblies by their file names");
        }

        if (!assembly.IsPlugin)
        {
            yield return PluginRefusals.Entry(path, $"'{PluginRefusals.Shown(path)}' is no plugin: it has no [assembly: PluginEntryPoint(typeof(...))] of {SharedAssemblies.Contract}");
        }

        foreach (var (file, built) in examined.Assemblies.SelectMany(a => Built(a).Select(b => (a.File, b))))
        {
            if (built.Major != SharedAssemblies.ContractVersion.Major || Minor(built) > Minor(SharedAssemblies.ContractVersion))
            {
                yield return PluginRefusals.Contract(examined.Content.PathOf(file), built);
            }
        }

        if (examined.Manifest is { } manifest && Built(assembly).FirstOrDefault() is { } real && manifest.Contract != real.ToString(2))
        {
            yield return PluginRefusals.Manifest(
                Path.Combine(examined.Content.Path, PluginManifest.FileName), $"plugin.json says contract {manifest.Contract}, and {main} was built with {real.ToString(2)}", expected: real.ToString(2), actual: manifest.Contract);
        }
    }

    private static Version Minor(Version version) => new(version.Major, version.Minor);

    private static IEnumerable<Version> Built(AssemblyFacts assembly) => assembly.References.Where(r => r.Name.Equals(SharedAssemblies.Contract, StringComparison.OrdinalIgnoreCase)).Select(r => r.Version);
}
