namespace XdpAudit.Server;

/// <summary>All routes; each capability has its own beside it.</summary>
internal static class ApiRoutes
{
    internal static void Map(WebApplication web, Auditor auditor, ILifecycleReader reader, HostId host, PluginSet plugins, TimeProvider time, UpOptions options)
    {
        var past = new Past(auditor, reader, host, time);
        web.Use(Access.Guard);
        HostEndpoints.Map(web, auditor, past, host, plugins, time, options);
        ProgramEndpoints.Map(web, past);
        LinkEndpoints.Map(web, past);
        OtherEndpoints.Map(web, past);
        FindingEndpoints.Map(web, auditor, past);
        OperationEndpoints.Map(web, auditor, past);
        PluginEndpoints.Map(web, plugins);
        EventEndpoints.Map(web, auditor, past, time);
    }
}
