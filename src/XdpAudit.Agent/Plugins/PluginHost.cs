using Microsoft.Extensions.Configuration;

namespace XdpAudit.Agent;

/// <summary>What a plugin is told of where it runs.</summary>
internal sealed class PluginHost(string id, IConfiguration options, TimeProvider time) : IPluginHost
{
    public string PluginId => id;

    public IConfiguration Options => options;

    public TimeProvider Time => time;
}
