// A window that shows pictures and reports what a person does, by SDL 2. Where SDL's headers were
// not found at build time, opening a window fails and says so, and nothing is linked.

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if __has_include(<SDL.h>)
#define SDL_MAIN_HANDLED
#include <SDL.h>
#define CSDL_HAS_SDL 1
#endif

/// A window; all zeros before it is opened.
typedef struct {
  void *window;
  void *renderer;
  void *texture;
  int texture_width;
  int texture_height;
} csdl_window;

/// What a person did. `key` is a character for `CSDL_TEXT`, else one of the keys below.
typedef struct {
  int kind;
  int key;
  int shift;
  int control;
  double x;
  double y;
  double amount;
} csdl_event;

enum {
  CSDL_NONE, CSDL_QUIT, CSDL_KEY, CSDL_TEXT, CSDL_PRESS, CSDL_MOVE, CSDL_RELEASE, CSDL_WHEEL,
  CSDL_OTHER
};

enum {
  CSDL_LEFT = 1, CSDL_RIGHT, CSDL_UP, CSDL_DOWN, CSDL_HOME, CSDL_END, CSDL_TAB, CSDL_ESCAPE,
  CSDL_ENTER
};

#ifdef CSDL_HAS_SDL

/// Opens a window; 0 if it did.
static inline int csdl_open(csdl_window *w, const char *title, int width, int height) {
  memset(w, 0, sizeof *w);
  SDL_SetMainReady();
  if (SDL_Init(SDL_INIT_VIDEO) != 0) return 1;
  w->window = SDL_CreateWindow(
      title, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, width, height,
      SDL_WINDOW_RESIZABLE);
  if (!w->window) return 1;
  w->renderer = SDL_CreateRenderer((SDL_Window *)w->window, -1, SDL_RENDERER_PRESENTVSYNC);
  if (!w->renderer)
    w->renderer = SDL_CreateRenderer((SDL_Window *)w->window, -1, SDL_RENDERER_SOFTWARE);
  if (!w->renderer) return 1;
  SDL_StartTextInput();
  return 0;
}

/// Why the last call failed.
static inline const char *csdl_error(void) { return SDL_GetError(); }

/// The size of what can be drawn on, pixels.
static inline void csdl_size(csdl_window *w, int *width, int *height) {
  if (SDL_GetRendererOutputSize((SDL_Renderer *)w->renderer, width, height) != 0)
    SDL_GetWindowSize((SDL_Window *)w->window, width, height);
}

/// Shows a picture of four bytes a pixel (red, green, blue, any), rows from top to bottom.
///
/// - Parameter saved: gets what the window then shows, as many bytes; NULL: nobody asks.
static inline int csdl_show(
    csdl_window *w, const uint8_t *pixels, int width, int height, uint8_t *saved) {
  SDL_Renderer *renderer = (SDL_Renderer *)w->renderer;
  if (!w->texture || w->texture_width != width || w->texture_height != height) {
    if (w->texture) SDL_DestroyTexture((SDL_Texture *)w->texture);
    w->texture = SDL_CreateTexture(
        renderer, SDL_PIXELFORMAT_RGBA32, SDL_TEXTUREACCESS_STREAMING, width, height);
    if (!w->texture) return 1;
    SDL_SetTextureBlendMode((SDL_Texture *)w->texture, SDL_BLENDMODE_NONE);
    w->texture_width = width;
    w->texture_height = height;
  }
  SDL_Rect whole = {0, 0, width, height};
  if (SDL_UpdateTexture((SDL_Texture *)w->texture, NULL, pixels, 4 * width) != 0) return 1;
  if (SDL_RenderCopy(renderer, (SDL_Texture *)w->texture, NULL, &whole) != 0) return 1;
  if (saved &&
      SDL_RenderReadPixels(renderer, &whole, SDL_PIXELFORMAT_RGBA32, saved, 4 * width) != 0)
    return 1;
  SDL_RenderPresent(renderer);
  return 0;
}

static inline void csdl_set_title(csdl_window *w, const char *title) {
  SDL_SetWindowTitle((SDL_Window *)w->window, title);
}

/// Milliseconds since the window was opened.
static inline uint64_t csdl_milliseconds(void) { return SDL_GetTicks64(); }

/// Waits for something to happen, at most so many milliseconds.
static inline void csdl_wait(int milliseconds) { SDL_WaitEventTimeout(NULL, milliseconds); }

/// The next thing that a person did; its kind is `CSDL_NONE` if there is none.
static inline csdl_event csdl_poll(void) {
  csdl_event out;
  memset(&out, 0, sizeof out);
  SDL_Event e;
  if (!SDL_PollEvent(&e)) return out;
  out.kind = CSDL_OTHER;
  switch (e.type) {
    case SDL_QUIT: out.kind = CSDL_QUIT; break;
    case SDL_KEYDOWN: {
      int key = 0;
      switch (e.key.keysym.sym) {
        case SDLK_LEFT: key = CSDL_LEFT; break;
        case SDLK_RIGHT: key = CSDL_RIGHT; break;
        case SDLK_UP: key = CSDL_UP; break;
        case SDLK_DOWN: key = CSDL_DOWN; break;
        case SDLK_HOME: key = CSDL_HOME; break;
        case SDLK_END: key = CSDL_END; break;
        case SDLK_TAB: key = CSDL_TAB; break;
        case SDLK_ESCAPE: key = CSDL_ESCAPE; break;
        case SDLK_RETURN:
        case SDLK_KP_ENTER: key = CSDL_ENTER; break;
        default: break;
      }
      if (key) {
        out.kind = CSDL_KEY;
        out.key = key;
        out.shift = (e.key.keysym.mod & KMOD_SHIFT) != 0;
        out.control = (e.key.keysym.mod & KMOD_CTRL) != 0;
      }
      break;
    }
    case SDL_TEXTINPUT:
      if (e.text.text[0] > 0) {
        out.kind = CSDL_TEXT;
        out.key = e.text.text[0];
      }
      break;
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
      if (e.button.button == SDL_BUTTON_LEFT) {
        out.kind = e.type == SDL_MOUSEBUTTONDOWN ? CSDL_PRESS : CSDL_RELEASE;
        out.x = e.button.x;
        out.y = e.button.y;
      }
      break;
    case SDL_MOUSEMOTION:
      out.kind = CSDL_MOVE;
      out.x = e.motion.x;
      out.y = e.motion.y;
      break;
    case SDL_MOUSEWHEEL: {
      int x = 0, y = 0;
      SDL_GetMouseState(&x, &y);
      out.kind = CSDL_WHEEL;
      out.x = x;
      out.y = y;
      out.amount = e.wheel.y;
      break;
    }
    default: break;
  }
  return out;
}

static inline void csdl_close(csdl_window *w) {
  if (w->texture) SDL_DestroyTexture((SDL_Texture *)w->texture);
  if (w->renderer) SDL_DestroyRenderer((SDL_Renderer *)w->renderer);
  if (w->window) SDL_DestroyWindow((SDL_Window *)w->window);
  memset(w, 0, sizeof *w);
  SDL_Quit();
}

#else

static inline int csdl_open(csdl_window *w, const char *title, int width, int height) {
  (void)title, (void)width, (void)height;
  memset(w, 0, sizeof *w);
  return 1;
}
static inline const char *csdl_error(void) {
  return "built without SDL 2 (libsdl2-dev); --export needs no window";
}
static inline void csdl_size(csdl_window *w, int *width, int *height) {
  (void)w;
  *width = *height = 0;
}
static inline int csdl_show(
    csdl_window *w, const uint8_t *pixels, int width, int height, uint8_t *saved) {
  (void)w, (void)pixels, (void)width, (void)height, (void)saved;
  return 1;
}
static inline void csdl_set_title(csdl_window *w, const char *title) { (void)w, (void)title; }
static inline uint64_t csdl_milliseconds(void) { return 0; }
static inline void csdl_wait(int milliseconds) { (void)milliseconds; }
static inline csdl_event csdl_poll(void) {
  csdl_event none;
  memset(&none, 0, sizeof none);
  return none;
}
static inline void csdl_close(csdl_window *w) { (void)w; }

#endif
