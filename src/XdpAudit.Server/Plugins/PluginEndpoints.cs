namespace XdpAudit.Server;

/// <summary>Plugins over the API.</summary>
internal static class PluginEndpoints
{
    internal static void Map(WebApplication web, PluginSet plugins)
    {
        web.MapGet(Routes.Plugins, () => plugins.Views);
        web.MapGet(Routes.Plugin, (string? id) => plugins.Views.FirstOrDefault(p => p.Id == id)
            ?? throw Refusals.Of(ProblemCode.NotFound, 404, $"there is no plugin '{id}'", "see xdpaudit plugin list", [.. plugins.Views.Select(p => p.Id)]));
    }
}
