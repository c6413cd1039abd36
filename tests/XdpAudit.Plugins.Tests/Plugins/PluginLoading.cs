using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using McMaster.NETCore.Plugins;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace XdpAudit.Plugins.Tests;

/// <summary>Each plugin as the auditor will meet it: loaded from the folder its build made, in the one configuration of the loader that is used.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed partial class PluginLoading
{
    private static readonly string[] Shared =
        ["XdpAudit.Abstractions.dll", "Microsoft.Extensions.DependencyInjection.Abstractions.dll", "Microsoft.Extensions.Configuration.Abstractions.dll", "Microsoft.Extensions.Logging.Abstractions.dll"];

    public static TheoryData<string> Plugins => ["Libbpf", "Bpftool", "Libxdp", "Simulated"];

    [Theory]
    [MemberData(nameof(Plugins))]
    public void A_plugins_folder_holds_its_own_files_and_none_that_it_shares(string name)
    {
        var files = Directory.GetFiles(Folder(name)).Select(f => Path.GetFileName(f)!).ToList();

        Assert.Contains($"XdpAudit.Plugins.{name}.dll", files);
        Assert.Equal([$"XdpAudit.Plugins.{name}.dll"], files.Where(f => f.EndsWith(".dll", StringComparison.Ordinal)));
        Assert.Empty(files.Intersect(Shared));
    }

    [Theory]
    [MemberData(nameof(Plugins))]
    public async Task A_plugin_loads_in_a_context_of_its_own_and_brings_one_executor(string name)
    {
        using var loader = Load(name);

        await using var services = Start(loader, name);
        var executor = Assert.Single(services.GetServices<IExecutor>());
        var described = await executor.DescribeAsync(CancellationToken.None);

        Assert.Equal(name, described.Id);
        Assert.NotEqual(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(executor.GetType().Assembly));
    }

    [Fact]
    public async Task The_loaded_libbpf_executor_loads_and_unloads_on_the_real_kernel()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        using var lab = new Lab();
        var path = lab.CompileBpf("sample", Samples.Pass);
        var digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)));
        using var loader = Load("Libbpf");
        await using var services = Start(loader, "Libbpf");
        var executor = services.GetRequiredService<IExecutor>();

        var loaded = await executor.LoadAsync(new() { ObjectPath = path, ObjectSha256 = digest, Program = "sample_pass" }, Op(), CancellationToken.None);
        var shown = Shell.Run("bpftool", "-j", "prog", "show", "id", loaded.Value!.Id.ToString());
        var unloaded = await executor.UnloadAsync(new(new(loaded.Value.Id, loaded.Value.LoadedNs), []), Op(), CancellationToken.None);

        Assert.Contains("sample_pass", shown, StringComparison.Ordinal);
        Assert.True(unloaded.Value!.Gone);
        Assert.NotEqual(0, Shell.Try("bpftool", "prog", "show", "id", loaded.Value.Id.ToString()).ExitCode);
    }

    // libbpf keeps one print callback for the process. Left behind by a context that is gone, the next word of libbpf would jump into nothing.
    [Fact]
    public async Task An_executor_that_is_gone_leaves_libbpf_without_a_callback()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var path = Path.Combine(lab.Folder, "broken.o");
        byte[] content = [1, 2, 3];
        await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
        var request = new LoadRequest { ObjectPath = path, ObjectSha256 = Convert.ToHexStringLower(SHA256.HashData(content)), Program = "x" };
        using var loader = Load("Libbpf");
        var services = Start(loader, "Libbpf");

        var outcome = await services.GetRequiredService<IExecutor>().LoadAsync(request, Op(), CancellationToken.None);
        var during = libbpf_set_print(0);
        libbpf_set_print(during);
        await services.DisposeAsync();
        var after = libbpf_set_print(0);

        Assert.Equal(ErrorCode.ObjectInvalid, outcome.Error!.Code);
        Assert.DoesNotContain("no reason given", outcome.Error.Message, StringComparison.Ordinal);
        Assert.NotEqual(0, during);
        Assert.Equal(0, after);
    }

    [Fact]
    public void A_setting_that_is_no_number_is_refused_by_name()
    {
        var services = new ServiceCollection();
        new Libbpf.LibbpfPlugin().ConfigureServices(services, new Host("libbpf", new() { ["unload_wait_ms"] = "soon" }));

        var refused = Assert.Throws<FormatException>(() => services.BuildServiceProvider().GetRequiredService<IExecutor>());

        Assert.Contains("'unload_wait_ms' is 'soon'", refused.Message, StringComparison.Ordinal);
    }

    private static OperationContext Op() => new() { OperationId = new(Guid.CreateVersion7().ToString("N")) };

    private static PluginLoader Load(string name) => PluginLoader.CreateFromAssemblyFile(
        Path.Combine(Folder(name), $"XdpAudit.Plugins.{name}.dll"),
        isUnloadable: true,
        sharedTypes: [typeof(IExecutor), typeof(ILogger<>), typeof(IServiceCollection), typeof(IConfiguration)],
        configure: config =>
        {
            config.PreferSharedTypes = false;
            config.IsLazyLoaded = false;
            config.EnableHotReload = false;
        });

    private static ServiceProvider Start(PluginLoader loader, string name)
    {
        var entry = loader.LoadDefaultAssembly().GetCustomAttribute<PluginEntryPointAttribute>()!;
        var startup = (IPluginStartup)Activator.CreateInstance(entry.Startup)!;
        var services = new ServiceCollection();
        startup.ConfigureServices(services, new Host(name, []));
        return services.BuildServiceProvider();
    }

    // artifacts/bin/XdpAudit.Plugins.Tests/debug -> artifacts/bin/XdpAudit.Plugins.NAME/debug
    private static string Folder(string name)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(own.Parent!.Parent!.FullName, $"XdpAudit.Plugins.{name}", own.Name);
    }

    /// <summary>Returns the callback that was set before.</summary>
    [LibraryImport("libbpf.so.1")]
    private static partial nint libbpf_set_print(nint callback);

    private sealed class Host(string id, Dictionary<string, string?> options) : IPluginHost
    {
        public string PluginId => id;

        public IConfiguration Options { get; } = new Settings(options);

        public TimeProvider Time => TimeProvider.System;
    }

    // The plugins read settings by name and nothing else, so this is all of a configuration that they need.
    private sealed class Settings(Dictionary<string, string?> values) : IConfiguration
    {
        public string? this[string key]
        {
            get => values.GetValueOrDefault(key);
            set => values[key] = value;
        }

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public IChangeToken GetReloadToken() => new CancellationChangeToken(CancellationToken.None);

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException("plugins have no sections in their settings");
    }
}
