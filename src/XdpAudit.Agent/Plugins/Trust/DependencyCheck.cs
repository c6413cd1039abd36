namespace XdpAudit.Agent;

/// <summary>
/// Everything that is referenced can be had: from the folder, from what is shared, from .NET. What is missing would be found out at the first call that
/// needs it, months later. What the auditor itself happens to have beside it does not count: a plugin in a process of its own has not.
/// </summary>
internal static class DependencyCheck
{
    internal static IEnumerable<PluginRefusal> Run(Examined examined)
    {
        foreach (var file in examined.Content.Files.Where(f => f.EndsWith(".deps.json")))
        {
            var path = examined.Content.PathOf(file);
            var (list, why) = DependencyList.Read(file.Bytes);
            if (list is null)
            {
                yield return PluginRefusals.Deps(path, $"'{PluginRefusals.Shown(path)}' is no list of dependencies as a build writes it: {why}");
                continue;
            }

            foreach (var asset in list.Assets.Where(a => PluginText.IsFile(a) && examined.Content[a] is null && examined.Content[Path.GetFileName(a)] is null && !IsCulture(examined, a)))
            {
                yield return PluginRefusals.Deps(path, $"'{PluginRefusals.Shown(path)}' lists '{PluginRefusals.Shown(asset)}', which is not in the folder", "the file", "no such file");
            }
        }

        foreach (var assembly in examined.Assemblies)
        {
            foreach (var (name, version) in assembly.References)
            {
                var path = examined.Content.PathOf(assembly.File);
                if (Offered(examined, name) is not { } offered)
                {
                    yield return PluginRefusals.Deps(path, $"'{PluginRefusals.Shown(path)}' needs assembly {PluginRefusals.Shown(name)} {version}, which is neither in the folder nor shared nor part of .NET", $"{name} {version}", "none");
                }
                else if (offered < version && !name.Equals(SharedAssemblies.Contract, StringComparison.OrdinalIgnoreCase))
                {
                    yield return PluginRefusals.Deps(path, $"'{PluginRefusals.Shown(path)}' needs assembly {PluginRefusals.Shown(name)} {version}, and there is {offered}", $"{name} {version}", $"{offered}");
                }
            }
        }
    }

    // What is shared wins over the folder, the folder over .NET, as when it is loaded.
    private static Version? Offered(Examined examined, string name) =>
        SharedAssemblies.Versions.TryGetValue(name, out var shared) ? shared
        : examined.Assemblies.Where(a => a.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && IsFoundBy(name, a.File)).Select(a => a.Version).Max() is { } own ? own
        : FrameworkAssemblies.Versions.GetValueOrDefault(name);

    private static bool IsFoundBy(string name, FileContent file) => Path.GetFileName(file.Name).Equals($"{name}.dll", StringComparison.OrdinalIgnoreCase);

    // lib/net8.0/de/X.resources.dll lies at de/X.resources.dll
    private static bool IsCulture(Examined examined, string asset) => asset.Split('/') is [.., var culture, var leaf] && examined.Content[$"{culture}/{leaf}"] is not null;
}
