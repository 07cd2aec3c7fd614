@echo off
rem Runs deepkd from a source checkout: builds it if its sources changed, then starts the JVM.
rem
rem   JAVA_HOME          the JDK (17 or newer); without it, java on the PATH
rem   MVN                the Maven (3.8 or newer), needed to build only; without it, mvn on the PATH
rem   DEEPKD_JAVA_OPTS   more JVM options, such as -Xmx8g; they win over the ones below
rem
rem The twin of "deepkd" for Linux and macOS, which says the reasons. One difference: cmd has no quick checksum, so
rem changed sources are told by size and time.
setlocal EnableExtensions DisableDelayedExpansion

set "home=%~dp0"
set "build=%home%target\launch"
call :find_java
if errorlevel 1 exit /b %ERRORLEVEL%
if not exist "%build%" md "%build%" 2>nul
call :up_to_date
if errorlevel 1 call :locked_build
if errorlevel 1 exit /b %ERRORLEVEL%
set /p jar=<"%build%\current"
call :java_is_known
if errorlevel 1 call :ask_java
if errorlevel 1 exit /b %ERRORLEVEL%

rem OpenBLAS keeps a thread pool of its own whose idle threads spin on the cores that libtorch's threads need.
if not defined OPENBLAS_NUM_THREADS set "OPENBLAS_NUM_THREADS=1"

rem JavaCPP would stop the process at four times the Java heap, counting libtorch's memory as its own.
"%java%" ^
    -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 ^
    -Dorg.bytedeco.javacpp.maxBytes=0 ^
    -Djava.awt.headless=true ^
    --enable-native-access=ALL-UNNAMED ^
    %DEEPKD_JAVA_OPTS% ^
    -jar "%build%\%jar%" %*
exit /b %ERRORLEVEL%

:find_java
if not defined JAVA_HOME goto :java_on_path
set "java=%JAVA_HOME%\bin\java.exe"
if exist "%java%" exit /b 0
call :say "JAVA_HOME is %JAVA_HOME%, which holds no bin\java.exe: point it at a JDK 17 or newer, or unset it."
exit /b 2
:java_on_path
set "java="
for %%J in (java.exe) do set "java=%%~$PATH:J"
if defined java exit /b 0
call :say "there is no java on the PATH: install a JDK 17 or newer, or point JAVA_HOME at one."
exit /b 2

:java_is_known
set "known="
if exist "%build%\java" set /p known=<"%build%\java"
for %%J in ("%java%") do if "%known%"=="%%~tzJ %%~fJ" exit /b 0
exit /b 1

:ask_java
set "version="
set "jdk="
"%java%" -XshowSettings:properties -version >"%build%\asked" 2>&1
for /f "usebackq tokens=1,2*" %%A in ("%build%\asked") do (
    if "%%A"=="java.specification.version" set "version=%%C"
    if "%%A"=="java.home" set "jdk=%%C"
    if "%%A"=="os.arch" set "platform=Windows %%C"
)
if not defined version call :say "%java% does not run: install a JDK 17 or newer, or point JAVA_HOME at one." & exit /b 2
set "major=%version%"
if "%major:~0,2%"=="1." set "major=%major:~2%"
if %major% LSS 17 call :say "%java% is Java %major%, and deepkd needs 17 or newer: point JAVA_HOME at such a JDK." & exit /b 2
for %%J in ("%java%") do >"%build%\java" echo %%~tzJ %%~fJ
exit /b 0

rem Whether the jar was built from what the checkout holds now.
:up_to_date
if not exist "%build%\current" exit /b 1
set "now=%build%\sources.%RANDOM%%RANDOM%"
call :list_sources >"%now%"
fc /b "%now%" "%build%\sources" >nul 2>&1
set "same=%ERRORLEVEL%"
del "%now%"
exit /b %same%

:list_sources
for %%F in ("%home%pom.xml" "%home%.mvn\jvm.config") do echo %%~tzF %%~fF
for /r "%home%src\main" %%F in (*) do echo %%~tzF %%~fF
for /r "%home%recipes" %%F in (*) do echo %%~tzF %%~fF
exit /b 0

rem One launcher builds at a time: file 9 can be open for writing once only, and closes when its owner ends. A look
rem beforehand keeps cmd from telling that it is open elsewhere.
:locked_build
if not exist "%build%" call :say "%build% cannot be written, and deepkd has to be built there: make it writable, or copy the checkout." & exit /b 2
set "locked="
(echo off >>"%build%\lock") 2>nul && call :build 9>"%build%\lock"
set "status=%ERRORLEVEL%"
if defined locked exit /b %status%
ping -n 2 127.0.0.1 >nul
goto :locked_build

:build
set "locked=yes"
call :up_to_date
if not errorlevel 1 exit /b 0
call :ask_java
if errorlevel 1 exit /b %ERRORLEVEL%
if not "%platform%"=="Windows amd64" call :say "there is no libtorch for %platform%, which is what %java% runs on: deepkd needs Linux on x86-64, macOS on arm64 or Windows on x86-64." & exit /b 2
if not exist "%jdk%\bin\javac.exe" call :say "%jdk% is a Java runtime without javac, and deepkd has to be built: install a JDK 17 or newer, or point JAVA_HOME at one." & exit /b 2
call :find_maven
if errorlevel 1 exit /b %ERRORLEVEL%
set "why=first use; fetches libtorch and OpenCV for this platform, about 150 MB"
if exist "%build%\lib" set "why=the sources changed"
call :say "building (%why%) ..."
call :list_sources >"%build%\sources.next"
if exist "%build%\classes" rd /s /q "%build%\classes"
pushd "%home%"
set "own_java_home=%JAVA_HOME%"
set "JAVA_HOME=%jdk%"
call "%mvn%" -B -ntp -Dstyle.color=never -Dlaunch -Dmaven.test.skip=true package >"%build%\build.log" 2>&1 <nul
set "status=%ERRORLEVEL%"
set "JAVA_HOME=%own_java_home%"
popd
if not "%status%"=="0" goto :build_failed
rem Runs that are under way hold their jar open: it cannot be deleted, and need not be.
del /q "%build%\run-*.jar" 2>nul
set "jar=run-%RANDOM%%RANDOM%.jar"
move /y "%build%\deepkd.jar" "%build%\%jar%" >nul
move /y "%build%\sources.next" "%build%\sources" >nul
>"%build%\current" echo %jar%
exit /b 0
:build_failed
findstr /b /c:"[ERROR] " "%build%\build.log" >&2
call :say "the build failed for the reasons above; the whole log is %build%\build.log."
exit /b 1

:find_maven
if not defined MVN set "MVN=mvn"
set "mvn_name=%MVN%"
set "mvn="
if exist "%mvn_name%" set "mvn=%mvn_name%"
for %%M in ("%mvn_name%.cmd" "%mvn_name%") do if not defined mvn set "mvn=%%~$PATH:M"
if not defined mvn call :say "%mvn_name% is missing, and deepkd has to be built: install Maven 3.8 or newer, or point MVN at one." & exit /b 2
set "found="
call "%mvn%" -Dstyle.color=never -v >"%build%\asked" 2>nul
for /f "usebackq tokens=1-4 delims=. " %%A in ("%build%\asked") do (
    if "%%A %%B"=="Apache Maven" set "found=%%C.%%D"
)
for /f "tokens=1,2 delims=." %%A in ("%found%") do (
    if %%A GTR 3 exit /b 0
    if %%A EQU 3 if %%B GEQ 8 exit /b 0
)
call :say "%mvn% is Maven %found%, and deepkd needs 3.8 or newer: point MVN at such a Maven."
exit /b 2

:say
>&2 echo deepkd: %~1
exit /b 0
