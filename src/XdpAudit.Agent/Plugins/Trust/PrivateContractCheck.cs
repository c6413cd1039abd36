namespace XdpAudit.Agent;

/// <summary>No copy of what the auditor shares with its plugins, neither by name of the file nor by what the file is.</summary>
internal static class PrivateContractCheck
{
    internal static IEnumerable<PluginRefusal> Run(Examined examined) =>
        from file in examined.Content.Files
        let inside = examined.Assemblies.FirstOrDefault(a => a.File == file)?.Name
        let outside = file.EndsWith(".dll") ? Path.GetFileName(file.Name)[..^".dll".Length] : null
        let name = new[] { inside, outside }.FirstOrDefault(n => n is not null && SharedAssemblies.Versions.ContainsKey(n))
        where name is not null
        select PluginRefusals.PrivateContract(examined.Content.PathOf(file), name);
}
