using Microsoft.Extensions.Configuration;

namespace XdpAudit.Hosting;

/// <summary>What a plugin is told of where it runs.</summary>
internal sealed class HostFacts(string id, IConfiguration options, TimeProvider time, int auditorPid) : IPluginHost
{
    public string PluginId => id;

    public IConfiguration Options => options;

    public TimeProvider Time => time;

    public int AuditorPid => auditorPid;
}
