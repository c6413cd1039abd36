using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace XdpAudit.Abstractions;

/// <summary>Names the class by which a plugin assembly is started; once per assembly.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class PluginEntryPointAttribute(Type startup) : Attribute
{
    /// <summary>A public class with a public parameterless constructor that implements <see cref="IPluginStartup"/>.</summary>
    public Type Startup { get; } = startup;
}

/// <summary>Registers what a plugin brings: one or more <see cref="IExecutor"/>, <see cref="ISensor"/>, <see cref="ILeakDetector"/> or <see cref="ISink"/>.</summary>
public interface IPluginStartup
{
    /// <summary>Called once, before anything else. The container is the plugin's own, never the auditor's. Must not block.</summary>
    void ConfigureServices(IServiceCollection services, IPluginHost host);
}

/// <summary>What a plugin may know of where it runs.</summary>
public interface IPluginHost
{
    /// <summary>Its id.</summary>
    string PluginId { get; }

    /// <summary>Its own settings and nobody else's.</summary>
    IConfiguration Options { get; }

    /// <summary>The clock to use.</summary>
    TimeProvider Time { get; }

    /// <summary>The auditor's process; the plugin's own is another where it runs isolated.</summary>
    int AuditorPid => Environment.ProcessId;
}
