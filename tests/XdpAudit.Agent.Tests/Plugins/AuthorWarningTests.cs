using System.Text.Json;
using System.Text.Json.Serialization;

namespace XdpAudit.Agent.Tests;

/// <summary>What an author should think about again is found in what the compiler made of it; this test's own assembly does all of it, and never runs it.</summary>
public sealed partial class AuthorWarningTests
{
    [Theory]
    [InlineData("async void Fire")]
    [InlineData("Environment.Exit")]
    [InlineData("Environment.FailFast")]
    [InlineData("Console.SetOut")]
    [InlineData("ThreadPool.SetMaxThreads")]
    [InlineData("AppDomain.ProcessExit")]
    [InlineData("NativeLibrary.Load")]
    [InlineData("Assembly.LoadFrom")]
    [InlineData("JsonSerializer.Serialize by reflection")]
    public void It_is_warned_of(string what)
    {
        Assert.Contains(what, Warnings());
    }

    [Theory]
    [InlineData("async void Awaited")]
    [InlineData("JsonSerializer.SerializeToUtf8Bytes by reflection")]
    [InlineData("JsonSerializer.Deserialize by reflection")]
    public void What_is_right_is_not_warned_of(string what)
    {
        Assert.DoesNotContain(what, Warnings());
    }

    [Fact]
    public void A_callback_that_outlives_the_plugin_is_warned_of_by_the_name_of_the_function()
    {
        var facts = AssemblyFacts.Read(new("Acme.dll", Forged.Assembly("Acme", imports: [("libbpf.so.1", "libbpf_set_print")]), ""))!;

        Assert.Equal("libbpf_set_print", Assert.Single(facts.Warnings).What);
    }

    private static List<string> Warnings() =>
        [.. AssemblyFacts.Read(new("tests.dll", File.ReadAllBytes(typeof(AuthorWarningTests).Assembly.Location), ""))!.Warnings.Select(w => w.What)];

    private static async void Fire() => await Task.Yield();

    private static async Task Awaited() => await Task.Yield();

    private static void NeverCalled()
    {
        Fire();
        _ = Awaited();
        Environment.Exit(1);
        Environment.FailFast("no");
        Console.SetOut(TextWriter.Null);
        ThreadPool.SetMaxThreads(1, 1);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => { };
        System.Runtime.InteropServices.NativeLibrary.Load("libc");
        System.Reflection.Assembly.LoadFrom("x.dll");
        JsonSerializer.Serialize(new Dictionary<string, int>());
        _ = JsonSerializer.SerializeToUtf8Bytes(1, Json.Default.Int32);
        _ = JsonSerializer.Deserialize("1", Json.Default.Int32);
    }

    [JsonSerializable(typeof(int))]
    private sealed partial class Json : JsonSerializerContext;
}
